/** The forms of tokens that their makers document. Each expression reads forward only, so that none can be made slow. */
export const TOKENS: readonly RegExp[] = [
  /\bxox[a-z](?:-[A-Za-z0-9]+){2,}/g,
  /\bxapp-\d+-[A-Za-z0-9]+-\d+-[A-Za-z0-9]+/g,
  /\bxwfp-[A-Za-z0-9-]{10,}/g,
  /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/_-]+/g,
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bgl(?:pat|ptt|dt|rt|cbt|soat|agent|oas|imt|ft)-[A-Za-z0-9_-]{20,}/g,
  /\bAIza[A-Za-z0-9_-]{35}/g,
  /\bya29\.[A-Za-z0-9_-]{20,}/g,
  /\bGOCSPX-[A-Za-z0-9_-]{20,}/g,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /\bwhsec_[A-Za-z0-9+/=]{16,}/g,
  /\bsk-(?:ant-|proj-|or-|svcacct-)?(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bpypi-[A-Za-z0-9_-]{30,}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  /\bATATT3[A-Za-z0-9_=-]{20,}/g,
  /\bhv[sbr]\.[A-Za-z0-9_-]{20,}/g,
  /\bdop_v1_[a-f0-9]{40,}/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
];

/** A private key, whole, or from its first line to the end of a text that was cut. */
export const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END )[\s\S])*(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?/g;

/** Headers and addresses that carry a secret: group 1 stays, the rest goes. */
export const CARRIERS: readonly RegExp[] = [
  /((?:[Aa]uthorization|AUTHORIZATION)["']?[ \t]*[:=][ \t]*["']?(?:[A-Za-z]{3,12}[ \t]+)?)(?![$<{%*]|\[redacted\])(?=[^\s"',;]+[\dA-Z=+/_-])[^\s"',;]{6,}/g,
  /(\bbearer[ \t]+)(?!\[redacted\])(?=[A-Za-z0-9._~+/-]*\d)[A-Za-z0-9._~+/-]{16,}=*/gi,
  /(\b(?:set-)?cookie[ \t]*:[ \t]*)(?!\[redacted\])[^\s;=]{1,100}=[^\s;]{4,}(?:;\s*[^\s;]+)*/gi,
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'<>]{0,200}:)(?!\[redacted\]@|\d{1,5}\/)[^\s@"'<>]{1,200}(?=@)/gi,
];

const NAME = [
  'pass(?:word|wd|phrase)?',
  'pwd',
  'secret',
  '(?:api|access|auth|client|private|signing|encryption|account|secret|service)[_-]?(?:access[_-]?)?(?:key|secret|token)',
  'token',
  'credentials?',
].join('|');
const VALUE = [
  '"(?!\\[redacted\\])[^"\\n]{4,}"',
  "'(?!\\[redacted\\])[^'\\n]{4,}'",
  '(?!["\']?\\[redacted\\])[^\\s"\',;&|)}\\]]{4,}',
].join('|');

/** `password=…`, `"client_secret": "…"`, `DB_PASSWORD: …`, `--token …`: group 1 is the name, what follows may be a secret. */
export const NAMED: readonly RegExp[] = [
  new RegExp(`((?:\\b|_)(?:${NAME})["']?[ \\t]*(?::=|=>|=|:)[ \\t]*)(?:${VALUE})`, 'gi'),
  /((?:^|\s)--?(?:password|passwd|token|secret|api-?key|auth-token|client-secret)[= ])(?!\[redacted\])[^\s"']{4,}/gi,
];

/** Long runs without a space that may be a key of an unknown maker. */
export const BLOB = /(?<![A-Za-z0-9+/_=.-])[A-Za-z0-9+/_-]{32,200}={0,2}(?![A-Za-z0-9+/_=-])/g;
