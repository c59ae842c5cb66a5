import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { WireTime } from './wire-time.ts'

export const RoleName = Type.Union([
  Type.Literal('Reports.Read'),
  Type.Literal('Reports.ReadWrite'),
  Type.Literal('Admin'),
])

/** An account, as administrators see it. */
export const AccountItem = Type.Object(
  {
    accountId: Type.String({ description: "As the datasets' account columns hold it." }),
    name: Type.String(),
    createdTime: WireTime('When it was made known.'),
    disabledTime: nullable(WireTime('Since when none of its clients is let in.')),
  },
  { title: 'Account' },
)
export type AccountItem = Static<typeof AccountItem>

/** A client, without what it proves itself by. */
export const ClientItem = Type.Object(
  {
    clientId: Type.String(),
    accountId: Type.String(),
    name: Type.String(),
    user: Type.String({ description: 'What the API shows as `user` of its queries and reports.' }),
    roles: Type.Array(RoleName),
    createdTime: WireTime('When it was registered.'),
    disabledTime: nullable(WireTime('Since when it is not let in; its account may be disabled beside.')),
    accountDisabledTime: nullable(WireTime('Since when its account is disabled.')),
  },
  { title: 'Client' },
)
export type ClientItem = Static<typeof ClientItem>

/** What an administrator says of an account. What is left out stays as it is. */
export const AccountFields = Type.Object(
  {
    Name: Type.Optional(nullable(Type.String({ description: 'What people call it; at first its id.' }))),
    Disabled: Type.Optional(nullable(Type.Boolean({ description: 'Whether its clients are kept out.' }))),
  },
  { title: 'AccountFields' },
)
export type AccountFields = Static<typeof AccountFields>

/** What an administrator says of a client. */
export const ClientFields = Type.Object(
  {
    AccountId: Type.String({ description: 'An account that is known. A client stays with it.' }),
    Name: Type.String({ description: 'What people call it.' }),
    Roles: Type.Array(RoleName, {
      description:
        'All that it has; one that is not here is taken away. Of a client of another issuer they narrow what its tokens say, if there are any.',
    }),
    Disabled: Type.Optional(nullable(Type.Boolean({ description: 'Whether it is kept out; left out, it stays so.' }))),
  },
  { title: 'ClientFields' },
)
export type ClientFields = Static<typeof ClientFields>

/** A client as the answer shows it that has made it. */
export const PutClientItem = Type.Object(
  {
    ...ClientItem.properties,
    webhookSecret: nullable(
      Type.String({ description: 'Signs its callbacks. Shown this one time, when the client is made; then `null`.' }),
    ),
  },
  { title: 'PutClient' },
)
export type PutClientItem = Static<typeof PutClientItem>

/** A client secret, as far as it may be shown. */
export const SecretItem = Type.Object(
  {
    secretId: Type.String(),
    clientId: Type.String(),
    hint: Type.String({ description: 'Its last characters; empty for one that is older than hints.' }),
    createdTime: WireTime('When it was made.'),
    expiryTime: nullable(WireTime('When it ends; `null` for never.')),
    lastUsedTime: nullable(WireTime('When a token was asked for with it, to the minute.')),
    expired: Type.Boolean(),
  },
  { title: 'ClientSecret' },
)
export type SecretItem = Static<typeof SecretItem>

/** A secret that was just made. */
export const AddedSecretItem = Type.Object(
  {
    ...SecretItem.properties,
    clientSecret: Type.String({ description: 'In clear, this one time: only a hash is kept.' }),
  },
  { title: 'AddedClientSecret' },
)
export type AddedSecretItem = Static<typeof AddedSecretItem>

export const NewSecret = Type.Object(
  {
    ExpiresInDays: Type.Optional(
      nullable(Type.Integer({ minimum: 1, maximum: 3_650, description: 'Left out: it does not expire.' })),
    ),
  },
  { title: 'NewClientSecret' },
)
export type NewSecret = Static<typeof NewSecret>

export const NewCertificate = Type.Object(
  { Certificate: Type.String({ description: 'PEM, or DER in base64, without the private key.' }) },
  { title: 'NewClientCertificate' },
)
export type NewCertificate = Static<typeof NewCertificate>

/** A certificate whose key signs a client's assertions. */
export const CertificateItem = Type.Object(
  {
    thumbprint: Type.String({ description: 'SHA-256, base64url: the `x5t#S256` of an assertion.' }),
    clientId: Type.String(),
    subject: Type.String(),
    validFromTime: WireTime('From when its key is accepted.'),
    expiryTime: WireTime('Until when its key is accepted.'),
    createdTime: WireTime('When it was registered.'),
    lastUsedTime: nullable(WireTime('When a token was asked for with it, to the minute.')),
    expired: Type.Boolean(),
  },
  { title: 'ClientCertificate' },
)
export type CertificateItem = Static<typeof CertificateItem>

export const KeyPurpose = Type.Union([Type.Literal('token'), Type.Literal('link')], { description: 'What it signs.' })

/** A key of the installation: what it is for and when, never the key itself. */
export const KeyItem = Type.Object(
  {
    keyId: Type.String(),
    purpose: KeyPurpose,
    createdTime: WireTime('When it was made.'),
    signsFromTime: WireTime('From when it signs, when every server knows it.'),
    endTime: nullable(WireTime('Until when what it signed is accepted; `null` for the key in force.')),
  },
  { title: 'Key' },
)
export type KeyItem = Static<typeof KeyItem>

export const KeyRotation = Type.Object(
  {
    AtOnce: Type.Optional(
      nullable(
        Type.Boolean({ description: 'Ends all that the old keys signed, now: for a key that somebody else has.' }),
      ),
    ),
  },
  { title: 'KeyRotation' },
)
export type KeyRotation = Static<typeof KeyRotation>
