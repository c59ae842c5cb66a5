import { operations } from '@almanac/api'
import type { StoredKey } from '../../access/key-store.ts'
import { rotateKey, type RotateKeyDeps } from '../../access/rotate-key.ts'
import type { ServeOnceDeps } from '../../idempotency/serve-once.ts'
import { operationRoute } from '../operation-route.ts'
import { serveAskedOnce } from '../serve-asked-once.ts'
import { keyItem } from '../wire/access-items.ts'
import { envelope } from '../wire/envelope.ts'

export const listKeysRoute = ({ keys }: Pick<RotateKeyDeps, 'keys'>) =>
  operationRoute(operations.listKeys, async () => {
    const all = [...(await keys.list('token')), ...(await keys.list('link'))]
    return envelope(all.map(keyItem), null)
  })

const rotation = operations.rotateKey

export const rotateKeyRoute = (deps: RotateKeyDeps & ServeOnceDeps) =>
  operationRoute(rotation, async (asked, reply) => {
    const { purpose } = asked.params
    const answer = (key: StoredKey) => envelope([keyItem(key)], 'Key rotated')
    return serveAskedOnce(deps, rotation, asked, reply, {
      async make(newId) {
        const changeover = asked.body.AtOnce === true ? 'at-once' : 'overlap'
        return answer(await rotateKey({ ...deps, newId }, asked.source(), { purpose, changeover }))
      },
      async found(id) {
        const made = (await deps.keys.list(purpose)).find((key) => key.id === id)
        return made && answer(made)
      },
    })
  })
