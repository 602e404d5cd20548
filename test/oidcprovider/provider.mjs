// An OpenID provider made of the certified npm package oidc-provider, set up to behave like Criipto Verify: the same
// paths, contexts and claims, an application for signed requests, private_key_jwt and encrypted id_tokens, and one
// with a client secret. The login is a form that a program can post.
//
// It reads one line of JSON from its standard input (see the Go test beside it), prints one line with its issuer,
// and ends when its standard input does.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';

const lines = createInterface({ input: process.stdin });
const setup = JSON.parse(await new Promise((resolve) => lines.once('line', resolve)));
lines.once('close', () => process.exit(0));

// The port decides the issuer, so the server listens before there is a provider.
let handle = (req, res) => { res.statusCode = 503; res.end(); };
const server = createServer((req, res) => handle(req, res));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const schemes = [
  ['urn:grn:authn:se:bankid', 'sebankid'], ['urn:grn:authn:se:frejaid', 'sefrejaid'],
  ['urn:grn:authn:no:bankid', 'nobankid-oidc'], ['urn:grn:authn:no:vipps', 'novippslogin'],
  ['urn:grn:authn:dk:mitid', 'dkmitid'], ['urn:grn:authn:fi', 'fitupas'],
];
const schemeOf = (acr) => schemes.find(([prefix]) => acr.startsWith(prefix))?.[1] ?? '';
const contexts = [
  'se:bankid', 'se:bankid:same-device', 'se:bankid:another-device:qr', 'se:frejaid',
  'no:bankid', 'no:bankid:high', 'no:bankid:substantial', 'no:vipps',
  'dk:mitid:low', 'dk:mitid:substantial', 'dk:mitid:high', 'dk:mitid:business',
  'fi:all', 'fi:bank-id', 'fi:mobile-id',
].map((words) => `urn:grn:authn:${words}`);

// Whoever logs in is known by a subject that looks like Criipto's: a GUID in braces.
const subjects = new Map(Object.keys(setup.people).map((name, n) => [
  `{00000000-0000-4000-8000-${String(n + 1).padStart(12, '0')}}`, name,
]));
const subjectOf = (name) => [...subjects].find(([, who]) => who === name)?.[0];

const always = [
  'sub', 'identityscheme', 'authenticationtype', 'nameidentifier', 'name', 'given_name', 'family_name', 'birthdate',
  'country', 'ssn', 'hetu', 'satu', 'uuid', 'uniqueuserid',
];
const signingKey = {
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'stand-in',
};

const provider = new Provider(issuer, {
  jwks: { keys: [signingKey] },
  acrValues: contexts,
  // Norwegian and Danish numbers come only to who asks for them.
  scopes: ['openid', 'ssn', 'frejaid:ssn'],
  claims: { openid: always, ssn: ['socialno', 'cprNumberIdentifier'], acr: null, auth_time: null, sid: null, iss: null },
  conformIdTokenClaims: false,
  clients: [
    {
      client_id: setup.ftn.id, redirect_uris: [setup.callback], response_types: ['code'], grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'RS256', jwks: setup.ftn.jwks,
      require_signed_request_object: true, request_object_signing_alg: 'RS256',
      id_token_signed_response_alg: 'RS256', id_token_encrypted_response_alg: 'RSA-OAEP-256', id_token_encrypted_response_enc: 'A256GCM',
    },
    {
      client_id: setup.plain.id, client_secret: setup.plain.secret, redirect_uris: [setup.callback],
      response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_basic',
    },
  ],
  features: {
    devInteractions: { enabled: false },
    encryption: { enabled: true },
    requestObjects: {
      enabled: true,
      // The Finnish Trust Network wants to know the key, and requests that do not live for ever.
      assertJwtClaimsAndHeader(ctx, claims, header) {
        for (const name of ['exp', 'iat', 'nbf', 'jti']) if (claims[name] === undefined) throw new Error(`the request lacks ${name}`);
        if (!header.kid) throw new Error('the request lacks kid');
        if (claims.exp - claims.iat > 300) throw new Error('the request lives too long');
      },
    },
  },
  assertJwtClientAuthClaimsAndHeader(ctx, claims, header) {
    if (!header.kid || claims.exp - claims.iat > 300 || claims.aud !== issuer) throw new Error('the assertion is not as agreed');
  },
  enabledJWA: { idTokenEncryptionAlgValues: ['RSA-OAEP-256'], idTokenEncryptionEncValues: ['A256GCM'] },
  pkce: { required: () => false },
  routes: { authorization: '/oauth2/authorize', token: '/oauth2/token', userinfo: '/oauth2/userinfo', jwks: '/.well-known/jwks' },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  ttl: { AuthorizationCode: 60, IdToken: 1200, Interaction: 600, Session: 600, Grant: 600, AccessToken: 120 },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  async loadExistingGrant(ctx) { // nobody is asked for consent
    const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid ssn frejaid:ssn');
    await grant.save();
    return grant;
  },
  findAccount(ctx, sub, token) {
    const acr = token?.acr ?? '';
    return {
      accountId: sub,
      claims: () => ({
        sub, nameidentifier: sub, authenticationtype: acr, identityscheme: schemeOf(acr), ...setup.people[subjects.get(sub)],
      }),
    };
  },
});

const oidc = provider.callback();
handle = async (req, res) => {
  if (!req.url.startsWith('/interaction/')) return oidc(req, res);
  try {
    const { params } = await provider.interactionDetails(req, res);
    if (req.method !== 'POST') {
      res.setHeader('content-type', 'application/json');
      return res.end(JSON.stringify({ acr_values: params.acr_values, client_id: params.client_id }));
    }
    let body = '';
    for await (const part of req) body += part;
    const form = new URLSearchParams(body);
    const result = form.has('error')
      ? { error: form.get('error'), error_description: 'Collect failed: userCancel' }
      : { login: { accountId: subjectOf(form.get('person')), acr: params.acr_values, remember: false } };
    return await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
  } catch (err) {
    res.statusCode = 500;
    return res.end(String(err));
  }
};
console.log(JSON.stringify({ issuer }));
