/** Close codes of the Pusher protocol (P-074) and the words that go with them on the wire. */
export const closeCodes = {
  tlsOnly: 4000,
  unknownApp: 4001,
  appDisabled: 4003,
  overQuota: 4004,
  unknownPath: 4005,
  invalidVersion: 4006,
  unsupportedProtocol: 4007,
  noProtocol: 4008,
  unauthorized: 4009,
  overCapacity: 4100,
  reconnect: 4200,
  noPong: 4201,
  inactive: 4202,
  tooFast: 4301,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];

/** A farewell: the close frame's code and reason (P-056). */
export interface Farewell {
  readonly code: CloseCode;
  readonly reason: string;
}
