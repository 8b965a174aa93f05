import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksSecret } from '../../pipeline/looks-secret.ts';
import { REDACTED, redact, redactPlan, redactTexts } from '../../pipeline/redaction.ts';
import { aPlan } from '../fixtures/builders.ts';

// Made up here, and put together from pieces so that no scanner of repositories takes them for real ones.
const random = (length: number): string => 'q7Zx2Lm9Rk4Tb8Vn3Wc6Yd1Hf5Gj0Ps7Au4Ei9Bo2Kt6Nz3Mx8Cv5Qw1Dr'.slice(0, length);
const SECRETS: [string, string][] = [
  ['a Slack bot token', `xoxb-${'1'.repeat(12)}-${random(24)}`],
  ['a Slack app token', `xapp-1-A0${random(8)}-${'2'.repeat(12)}-${'ab12'.repeat(8)}`],
  ['a Slack webhook', `https://hooks.slack.com/${'services'}/T000/B000/${random(24)}`],
  ['an AWS key id', `AKIA${'ABCD1234EFGH5678'}`],
  ['an AWS secret', random(40)],
  ['a GitHub token', `ghp_${random(36)}`],
  ['a GitHub fine-grained token', `github_pat_${random(40)}`],
  ['a GitLab token', `glpat-${random(20)}`],
  ['a Google key', `AIza${random(35)}`],
  ['a Google OAuth token', `ya29.${random(40)}`],
  ['a Stripe key', `sk_${'live'}_${random(24)}`],
  ['a model vendor’s key', `sk-ant-${random(40)}`],
  ['an npm token', `npm_${random(36)}`],
  ['a SendGrid key', `SG.${random(22)}.${random(43)}`],
  ['an Atlassian token', `ATATT3${random(40)}`],
  ['a Vault token', `hvs.${random(30)}`],
  ['a JWT', `eyJ${random(20)}.eyJ${random(30)}.${random(30)}`],
];

describe('redaction', () => {
  test.each(SECRETS)('takes out %s wherever it stands', (_claim, secret) => {
    for (const text of [
      secret,
      `before ${secret} after`,
      `"${secret}"`,
      `(${secret})`,
      `line\n${secret}\nline`,
      `key:${secret},`,
    ]) {
      expect(redact(text)).not.toContain(secret);
      expect(redact(text)).toContain(REDACTED);
    }
    expect(looksSecret(secret)).toBe(true);
  });

  test.each(SECRETS)('takes out %s that characters nobody sees have split', (_claim, secret) => {
    for (const hidden of ['\u200b', '\u2060', '\u00ad', '\u202e', '\u{e0041}', '\ufe0f']) {
      const split = `before ${secret.slice(0, 9)}${hidden}${secret.slice(9)} after`;
      expect(redact(split).replaceAll(hidden, '')).not.toContain(secret);
      expect(redact(redact(split))).toBe(redact(split));
    }
  });

  test('leaves such characters where they split none', () => {
    for (const text of [
      '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
      '\u{1f468}\u200d\u{1f4bb} restarted it',
      'soft\u00adhyphen',
      'a\r\nb',
    ])
      expect(redact(text)).toBe(text);
  });

  test.each<[string, string, string]>([
    ['a password in a URL', 'postgres://app:s3cr3t/x@db:5432/main', 'postgres://app:[redacted]@db:5432/main'],
    ['a password without a user', 'redis://:hunter2@cache:6379', 'redis://:[redacted]@cache:6379'],
    ['an authorization header', 'Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted]'],
    ['basic credentials', 'authorization: Basic dXNlcjpwYXNz', 'authorization: Basic [redacted]'],
    ['a bearer token by itself', 'bearer 0123456789abcdef0123', 'bearer [redacted]'],
    ['a setting', 'DB_PASSWORD=hunter2', 'DB_PASSWORD=[redacted]'],
    ['a quoted setting', '{"client_secret": "correct horse battery"}', '{"client_secret": [redacted]}'],
    ['a setting in YAML', 'password: correcthorse\nuser: app', 'password: [redacted]\nuser: app'],
    ['a query', '/login?token=abcd1234&next=/', '/login?token=[redacted]&next=/'],
    ['a flag', 'mysql --password hunter2 -h db', 'mysql --password [redacted] -h db'],
    ['an API key by its name', 'api_key = 9f8e7d6c', 'api_key = [redacted]'],
    ['a cookie', 'Cookie: sid=abcdef; theme=dark', 'Cookie: [redacted]'],
  ])('takes out %s and leaves its surroundings', (_claim, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test('takes out a private key, whole or cut', () => {
    const head = `-----BEGIN ${'RSA PRIVATE KEY'}-----`;
    const key = `${head}\nMIIabc\n/def+\n-----END RSA PRIVATE KEY-----`;
    expect(redact(`a\n${key}\nb`)).toBe(`a\n${REDACTED}\nb`);
    expect(redact(`a\n${head}\nMIIabc`)).toBe(`a\n${REDACTED}`);
  });

  test.each([
    ['prose about tokens', 'The token: expired tokens are rotated by hand, and a secret is kept in the vault.'],
    ['prose about passwords', 'Reset the password, then tell the owner. Password: must never be mailed.'],
    ['a reference to a variable', 'curl -H "Authorization: Bearer $TOKEN" --password $PASS'],
    ['a reference to a store', `password: \${{ secrets.DB_PASSWORD }}`],
    ['a placeholder', 'api_key=<your-key> token=xxxxxxxx'],
    ['a uuid', '6f1c2a34-9b7d-4e55-8a10-3c2d1e0f9a8b'],
    ['a SHA-256', 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90'],
    ['a commit', 'commit 3f786850e387550fdab836ed7e6dc881de23001b'],
    ['an image digest', 'registry/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['a pod', 'payments-api-7d9f8b6c5d-x2x9z restarted 14 times'],
    ['an alert', 'HAProxyHighHTTP5xxErrorRateBackend KubeDeploymentReplicasMismatch'],
    ['a path', '/var/lib/kubelet/pods/6f1c2a34/volumes/kubernetes.io~configmap/ServerConfigV2Final'],
    ['a link', 'https://github.com/example/runbooks/blob/main/docs/HighErrorRate.md#diagnosis'],
    ['a port before an at sign', 'https://registry.example.com:8080/@scope/name'],
    ['an id of a case', 'case inc-7f3k2, entry 019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b'],
    ['an action with its parameters', 'scale_worker_pool workers=12 service=billing-batch'],
    ['an access log', '10.0.0.7 - - [22/Nov/2026:10:00:00 +0000] "GET /v1/charges?page=2 HTTP/1.1" 503 512'],
    ['a decision', 'Severity: critical, decision: block_and_escalate, digest a1b2c3d4e5f6'],
  ])('leaves %s alone', (_claim, text) => {
    expect(redact(text)).toBe(text);
  });

  test('done twice changes nothing more, whatever the text', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom(...SECRETS.map(([, secret]) => secret)),
      fc.constantFrom(
        'password=',
        'token: ',
        'Authorization: Bearer ',
        '://a:',
        '@',
        ' ',
        '\n',
        '"',
        "'",
        REDACTED,
        '-----BEGIN PRIVATE KEY-----',
        'Cookie: a=',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const once = redact(pieces.join(''));
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });

  test('hostile texts do not make it slow', () => {
    const texts = [
      'a'.repeat(200_000),
      'password='.repeat(20_000),
      '://a:'.repeat(30_000),
      '-----BEGIN PRIVATE KEY-----'.repeat(7_000),
      'eyJ'.repeat(60_000),
      'Cookie: a=b;'.repeat(15_000),
      `"${'token: "'.repeat(20_000)}`,
    ];
    for (const text of texts) {
      const began = performance.now();
      redact(text);
      expect(performance.now() - began).toBeLessThan(2_000);
    }
  });

  test('goes through lists and objects and leaves what is no text', () => {
    expect(redactTexts({ a: ['password=hunter2', 7, null], b: { c: true } })).toEqual({
      a: [`password=${REDACTED}`, 7, null],
      b: { c: true },
    });
  });

  test('of a plan reaches every text of it', () => {
    const secret = `ghp_${random(36)}`;
    const plan = redactPlan(
      aPlan({
        proposed_action: secret,
        rationale: secret,
        parameters: { note: secret, workers: 3 },
        key_claims: [{ claim: secret, document_ids: [], quote: secret }],
      }),
    );
    expect(JSON.stringify(plan)).not.toContain(secret);
    expect(plan.parameters).toEqual({ note: REDACTED, workers: 3 });
  });
});
