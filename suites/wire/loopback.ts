/** 127.0.0.0/8, ::1 and the names that RFC 6761 keeps for them: this machine and no other. */
export function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|::1|(.+\.)?localhost)$/i.test(host);
}
