/** The world of one runtime: where the servers are, and keys of its own. */

import { readdirSync, readFileSync } from 'node:fs';
import { NodAI } from '../../src/index.js';
import type { Data, World } from '../suite/bench.js';
import type { Any } from '../suite/check.js';
import type { Host } from './control.js';
import type { Mock } from './setup.js';

const ROOT = new URL('../../../../', import.meta.url);
const read = (path: string): Any => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));

/** The vectors, the contract, and the version of the package. */
export function readData(): Data {
  const names = readdirSync(new URL('tests/vectors/', ROOT)).filter((name) => name.endsWith('.json'));
  return {
    vectors: Object.fromEntries(names.map((name) => [name.slice(0, -5), read(`tests/vectors/${name}`)])),
    contract: { paths: operations(read('mock_server/src/nodai_mock/_generated/openapi.json')) },
    version: read('sdk/js/package.json').version,
  };
}

/** Of the contract only what calling an operation needs: it goes to every runtime. */
function operations(contract: Any): Any {
  const place = (parameter: Any): Any => {
    const steps = (parameter.$ref ?? '#').slice(2).split('/').filter(Boolean);
    const found = steps.reduce((at: Any, step: string) => at[step], contract);
    return { in: parameter.in ?? found.in };
  };
  const short = ({ operationId, parameters = [], requestBody }: Any): Any => ({
    operationId,
    parameters: parameters.map(place),
    requestBody: Boolean(requestBody),
  });
  const each = (item: Any): Any =>
    Object.fromEntries(Object.entries<Any>(item).flatMap(([method, told]) => (told?.operationId ? [[method, short(told)]] : []))); // biome-ignore format: one line
  return Object.fromEntries(Object.entries<Any>(contract.paths).map(([path, item]) => [path, each(item)]));
}

/** Keys of its own, so that a fault which is meant for one runtime does not hit another. */
export async function makeWorld(kind: string, host: Host, mock: Mock, data: Data): Promise<World> {
  const demo = new NodAI({ apiKey: mock.secretKey, baseUrl: mock.url });
  const secret: Any = await demo.apiKeys.create({ name: `${kind}, servers`, scopes: ['*'] } as Any);
  const origin = kind === 'chromium' ? host.origin : 'http://localhost:5173';
  const made: Any = await demo.apiKeys.create({
    name: `${kind}, pages`,
    kind: 'publishable',
    allowed_origins: [origin],
  } as Any);
  const page = kind === 'chromium';
  const { control, faults } = host;
  const keys = { secretKey: secret.secret, publishableKey: made.secret, keyId: page ? made.id : secret.id };
  return { kind, page, control, faults, mock: mock.url, origin, data, ...keys };
}
