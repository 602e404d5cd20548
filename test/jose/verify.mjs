// Reads questions, one JSON object a line: a token, the address of the keys, and what must be in the token. Answers each
// with one line: the kid that verified it, or the code of the error.
import { createInterface } from 'node:readline'
import { createRemoteJWKSet, jwtVerify } from 'jose'

for await (const line of createInterface({ input: process.stdin })) {
  const { token, keys, issuer, audience, typ } = JSON.parse(line)
  let answer
  try {
    const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(keys)), { issuer, audience, typ, algorithms: ['RS256'] })
    answer = { kid: protectedHeader.kid, subject: payload.sub }
  } catch (e) {
    answer = { error: e.code ?? String(e) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
