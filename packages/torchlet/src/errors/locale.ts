// The language of the texts that users see: English or Chinese.

/** A text in every language that torchlet speaks. */
export interface Localized {
  readonly en: string;
  readonly zh: string;
}

/** A language that torchlet speaks. */
export type Locale = keyof Localized;

let chosen: Locale | null = null;

/** Reads the environment as POSIX programs do: LC_ALL before LC_MESSAGES before LANG; in a browser, its language. */
function localeOfEnvironment(): Locale {
  const environment = typeof process === "undefined" ? undefined : process.env;
  const name =
    environment === undefined
      ? typeof navigator === "undefined"
        ? ""
        : navigator.language
      : environment["TORCHLET_LANG"] ||
        environment["LC_ALL"] ||
        environment["LC_MESSAGES"] ||
        environment["LANG"] ||
        "";
  return /^zh/i.test(name) ? "zh" : "en";
}

/**
 * Sets the language of errors, reports and the command.
 *
 * @param locale `"en"`, `"zh"`, or `null` to follow the environment again (`TORCHLET_LANG`, then the POSIX variables)
 *
 * @example
 * torch.setLocale("zh");
 */
export function setLocale(locale: Locale | null): void {
  if (locale !== null && locale !== "en" && locale !== "zh") {
    throw new RangeError(`setLocale: the locale must be "en", "zh" or null, got ${JSON.stringify(locale)}`);
  }
  chosen = locale;
}

/** The language in use. */
export function getLocale(): Locale {
  return chosen ?? localeOfEnvironment();
}

/** The text in the language in use. */
export function localize(text: Localized): string {
  return text[getLocale()];
}
