import { byEntry, type Judge, type Rows, SURE } from './verdict';

/** Error codes of Node, its resolver, its HTTP client (undici), TLS and zlib. */
export const SYSTEM_ERRORS: Rows = {
  TRANSIENT_NETWORK: [
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'ESOCKETTIMEDOUT',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ENETUNREACH',
    'ENETDOWN',
    'ENETRESET',
    'ENOTCONN',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EAI_FAIL',
    'EAI_NODATA',
    'ENODATA',
    'ESERVFAIL',
    'ETIMEOUT',
    'EREFUSED',
    'EPROTO',
    'ERR_NETWORK',
    'ERR_STREAM_PREMATURE_CLOSE',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_SOCKET',
  ],
  EXTERNAL_TIMEOUT: ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
  TRANSIENT_RESOURCE: [
    'EMFILE',
    'ENFILE',
    'EAGAIN',
    'EBUSY',
    'ETXTBSY',
    'ENOBUFS',
    'EADDRINUSE',
    'EADDRNOTAVAIL',
    'EIO',
    'EINTR',
  ],
  SYSTEM_OUT_OF_MEMORY: ['ENOMEM', 'ERR_MEMORY_ALLOCATION_FAILED', 'ERR_WORKER_OUT_OF_MEMORY', 'ERR_STRING_TOO_LONG'],
  SYSTEM_DISK_FULL: ['ENOSPC', 'EDQUOT'],
  PERMANENT_PERMISSION: ['EACCES', 'EPERM'],
  // Inputs come by reference from the artifact store; a path that a handler opens is part of the installation.
  CONFIG_MISSING_SETTING: ['ENOENT'],
  CONFIG_INVALID_SETTING: [
    'ENOTDIR',
    'EISDIR',
    'EROFS',
    'ELOOP',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ],
  CONFIG_MISSING_SERVICE: ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'],
  PERMANENT_VALIDATION: ['ENAMETOOLONG', 'ERR_INVALID_URL', 'Z_DATA_ERROR', 'Z_BUF_ERROR'],
};

const CODES = byEntry(SYSTEM_ERRORS);

export const ofSystemErrors: Judge = (thing) => {
  const systemCode = thing.text('code') ?? '';
  // The program, not a file of it: `syscall` reads `spawn convert`.
  if (systemCode === 'ENOENT' && thing.text('syscall')?.startsWith('spawn')) {
    return { code: 'CONFIG_MISSING_SERVICE', confidence: SURE };
  }
  const code = CODES.get(systemCode);
  return code && { code, confidence: SURE };
};
