import { createHash } from 'node:crypto'

/**
 * The first 6 bytes of the SHA-256 of secrets that stand in tutorials, READMEs, templates and cracking word lists.
 * Digests, so that this file is no word list itself. To add one:
 *
 *     printf %s "$SECRET" | sha256sum | cut -c1-12
 */
const KNOWN_SECRET_DIGESTS = new Set(
  `
    00810cf8b94d 008231aaf999 011fc2994e39 0132b23d48e4 023264d40baf 048af2438891 057ba03d6c44 074337dc15c1
    0917b13a9091 0cfc091fb141 0d12bbf9e24f 0d356ede0ba4 0de1cf49eb0d 0e2e35e13b25 103ab5dd9769 10641e772fc0
    12bc106b13c8 1311f8fc80a7 141cf4ed2c03 1453cea2dc37 186ef76e9d6a 190aec7389a3 1cbd35c7e91c 1df4b07d05b9
    1ea604f64a8a 1ec1c26b50d5 1f9233a12105 298754db2dba 29c1c075ba2a 2afe16a6d630 2bb80d537b1d 2bcfe8b0bba0
    2c26b46b68ff 2c70e12b7a06 2cf24dba5fb0 2d49a2347218 2e2ecbce601e 3354cfcf65c7 335c5541f1fd 34d7a258a0bd
    364ef2ad9af2 36dd29253317 37a8eec1ce19 390d4757bf1b 3c469e9d6c58 3ea23f8320e6 3eb1bd439947 40072d61eaec
    422b6cfd76dc 4234e71501b4 442cbf3fdf0f 46545173ad26 465d9ad5d552 4813494d137e 4a14e87219ef 4ca7e2eaf98e
    4e738ca5563c 50d858e0985e 52bfd2de0a2e 53336a676c64 53a9349882d7 53d3eb3d9500 570dad43de1a 57f8f923ca9b
    5906f93b26ee 59953998e54a 5a0a9233e450 5c0b62eb5fb3 5df73e1aa59d 5e884898da28 5eef83fe7cb7 60e05bd1b195
    6523e58bc0ee 652c7dc687d9 660dc57c5e88 6c904c5190e8 715dc8493c36 724795da91f9 730d21a80e61 73ef2a4edd7a
    74234e98afe7 75ef2e329bdb 7f5aa1e2e4cc 7fccb1e7c6b6 81df1af4ed72 81f938c8137e 82794e7c1030 84e0c0eafaa9
    85dbe15d75ef 861009ec4d59 87d309245746 89e01536ac20 8b1b17a9740c 8c6976e5b541 8d969eef6eca 8f0e2f76e22b
    92809ab604c9 92e2b7f6ed28 934ea89413f4 971cb214a0b5 9a68e85b5f05 9caf06bb4436 9f86d081884c a064b502e61d
    a14375c9465d a1c93702c171 a3375407f93a a67f40cb8bc4 a6cfbf458896 a858b2bab160 a9ee59cf6f8b acc334ecd305
    ad165b11320b ad6978f1b49f aec8084845b4 b23813da7f06 b28c94b2195c b5bea41b6c62 b644133604bf b6b34f3c499d
    b7e2f6e4e95b baf698c16450 bd7b8e20c67f bf38db50391c c16ffb94169a c3ab8ff13720 c775e7b757ed c851f61b23d3
    c99758db33af c9cfbec3aa24 cbb666dc67cb d3046ecc8dd3 db6833593279 dd8d38af8ca3 ddf5c7a9aa3b dfd7dc439654
    e1b85b27d6bc e2186dbdb1bb e3f704232025 e4da449b532f e706386a5819 e814e7977d21 e88040e7d005 eb045d78d273
    edc64c652377 ef797c8118f0 ef92b778bafe f44ef9e36083 f64fcdc5eed5 f6d527e6d018 f75778f7425b f7d838701b86
    fab17b19f9a3 fb86fb757d12 fcde2b2edba5 fcf730b6d952 fe563a43b0eb fe99c68503f8 ffdb7fba0398
  `
    .trim()
    .split(/\s+/),
)

export function isKnownSecret(secret: Uint8Array): boolean {
  return KNOWN_SECRET_DIGESTS.has(createHash('sha256').update(secret).digest('hex').slice(0, 12))
}
