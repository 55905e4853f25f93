/* Constants and small pure modules that clients look up by the shape of their exports. */
Sim.define('WAWebBuildConstants', (exports) => {
  exports.VERSION_STR = exports.SANITIZED_VERSION_STR = Sim.settings.version;
  exports.VERSION_BASE = Sim.settings.version;
  exports.WINDOWS_BUILD = null;
});

Sim.define('WAWebIsOfficialClient', (exports) => {
  exports.isOfficialClient = true;
  exports.isLegitErrorStack = () => true;
});

Sim.define('WABase64', (exports) => {
  exports.encodeB64 = (buffer) => {
    const bytes = new Uint8Array(buffer);
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary);
  };
  exports.decodeB64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer;
});

Sim.define('WATimeUtils', (exports) => {
  exports.unixTime = () => Math.floor(Date.now() / 1000);
  exports.unixTimeMs = () => Date.now();
});

Sim.define('WAWebSocketConstants', (exports) => {
  exports.SOCKET_STATE = Sim.mirror(
    'OPENING',
    'PAIRING',
    'UNPAIRED',
    'UNPAIRED_IDLE',
    'CONNECTED',
    'TIMEOUT',
    'CONFLICT',
    'UNLAUNCHED',
    'PROXYBLOCK',
    'TOS_BLOCK',
    'SMB_TOS_BLOCK',
    'DEPRECATED_VERSION',
  );
  exports.SOCKET_STREAM = Sim.mirror('DISCONNECTED', 'SYNCING', 'RESUMING', 'CONNECTED');
  exports.WATCHED_SOCKET_STATE = Sim.mirror('OPEN', 'CLOSED');
});

Sim.define('WAWebAck', (exports) => {
  exports.ACK = {
    MD_DOWNGRADE: -7,
    INACTIVE: -6,
    CONTENT_UNUPLOADABLE: -5,
    CONTENT_TOO_BIG: -4,
    CONTENT_GONE: -3,
    EXPIRED: -2,
    FAILED: -1,
    CLOCK: 0,
    SENT: 1,
    RECEIVED: 2,
    READ: 3,
    PLAYED: 4,
    PEER: 5,
  };
  exports.ACK_STRING = {
    SENDER: 'sender',
    DELIVERY: 'delivery',
    READ: 'read',
    PLAYED: 'played',
    INACTIVE: 'inactive',
    READ_SELF: 'read-self',
    PLAYED_SELF: 'played-self',
  };
  exports.EDIT_ATTR = { SENDER_REVOKE: 7, ADMIN_REVOKE: 8 };
});

Sim.define('WAWebSendMsgResult', (exports) => {
  exports.SendMsgResult = Sim.mirror(
    'OK',
    'ERROR_UNKNOWN',
    'ERROR_NETWORK',
    'ERROR_EXPIRED',
    'ERROR_CANCELLED',
    'ERROR_UPLOAD',
  );
});

Sim.define('WAWebLogoutReason', (exports) => {
  exports.LogoutReason = {
    UserInitiated: 'user_initiated',
    UnknownCompanion: 'unknown_companion',
    AccountLocked: 'account_locked',
    ClientVersionOutdated: 'client_version_outdated',
    PrimaryIdentityKeyChange: 'primary_identity_key_change',
  };
  exports.LOGOUT_REASON_CODE = {
    CLIENT_FATAL: '0',
    SYNC_FAIL: '1',
    INITIAL_HISTORY_SYNC_TIMEOUT: '2',
    ACCOUNT_LOCKED: '3',
  };
});

Sim.define('WAWebLogoutReasonUtils', (exports) => {
  exports.getErrorCodeFromLogoutReason = (reason) => (reason === 'account_locked' ? '3' : '0');
});

Sim.define('WAWebABProps', (exports) => {
  exports.getABPropConfigValue = () => 0;
});

Sim.define('WAMd5', (exports) => {
  exports.md5 = (text) => text;
  exports.md5ArrayBufferHex = () => '';
});
