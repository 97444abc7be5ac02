import { readFileSync } from 'node:fs';

/**
 * The most memory that this process ever had in RAM, in MB: the kernel's own high-water mark, because `resourceUsage`
 * also counts the parent that a process was forked from.
 */
export function peakMb(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/mu.exec(readFileSync('/proc/self/status', 'utf8'))!;
    return Number(kilobytes) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
