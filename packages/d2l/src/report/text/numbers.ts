// Numbers as people read them: measurements, durations, sizes.
import { getLocale } from "torchlet";

/** A measurement with four or so digits that count: `0.3845`, `12.84`, `1.2e-7`, `60000`. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude < 1e-3 || magnitude >= 1e7)
    return value
      .toExponential(3)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  if (magnitude < 10) return value.toFixed(4);
  return magnitude < 100 ? value.toFixed(3) : value.toFixed(2);
}

/** Seconds as a duration: `0.31 s`, `42 s`, `3 min 05 s`, `1 h 02 min`. */
export function formatDuration(seconds: number): string {
  const [second, minute, hour] = getLocale() === "zh" ? ["秒", "分", "小时"] : ["s", "min", "h"];
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds < 1) return `${seconds.toFixed(2)} ${second}`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} ${second}`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} ${second}`;
  const twoDigits = (part: number) => String(part).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} ${minute} ${twoDigits(whole % 60)} ${second}`;
  return `${Math.floor(whole / 3600)} ${hour} ${twoDigits(Math.floor((whole % 3600) / 60))} ${minute}`;
}

/** Bytes in powers of 1000, as download pages count them: `26.4 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) {
    bytes /= 1000;
    unit++;
  }
  return `${unit === 0 ? bytes : bytes.toFixed(1)} ${units[unit]}`;
}
