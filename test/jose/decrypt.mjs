// Reads questions, one JSON object a line, and answers each with one line. {make: alg, crv} makes a pair of keys and gives
// both as JWK. {text, key} decrypts a compact JWE with the private one and gives its header and content, or the code of the
// error.
import { createInterface } from 'node:readline'
import { compactDecrypt, exportJWK, generateKeyPair, importJWK } from 'jose'

async function answer({ make, crv, text, key }) {
  if (make) {
    const pair = await generateKeyPair(make, { crv, extractable: true })
    return { public: await exportJWK(pair.publicKey), private: await exportJWK(pair.privateKey) }
  }
  const alg = key.kty === 'RSA' ? 'RSA-OAEP' : 'ECDH-ES'
  const { plaintext, protectedHeader } = await compactDecrypt(text, await importJWK(key, alg), {
    keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: ['A256CBC-HS512'],
  })
  return { header: protectedHeader, content: new TextDecoder().decode(plaintext) }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await answer(JSON.parse(line)).catch((e) => ({ error: e.code ?? String(e) }))) + '\n')
}
