/* Who the page is logged in as, and the keys from which clients build the QR text. */
Sim.define('WAWebUserPrefsMeUser', (exports, require, importNamespace) => {
  const credentials = importNamespace('SimCredentials');
  const { createWid } = require('WAWebWidFactory');
  const asUser = (text) => text && createWid(text.replace(/:\d+/, ''));

  exports.getMaybeMePnUser = () => asUser(credentials.me());
  exports.getMaybeMeLidUser = () => asUser(credentials.lid());
  exports.getMePnUserOrThrow = exports.getMeUser = () => asUser(credentials.me());
  exports.getMeLidUserOrThrow = () => {
    const lid = asUser(credentials.lid());
    if (!lid) throw new Error('no lid');
    return lid;
  };
  exports.getMaybeMeDevicePn = () => credentials.me() && createWid(credentials.me());
  exports.isMeAccount = (wid) =>
    [credentials.me(), credentials.lid()].some((mine) => mine && asUser(mine).equals(wid));
});

Sim.define('WAWebUserPrefsMultiDevice', (exports, require, importNamespace) => {
  exports.getADVSecretKey = () => importNamespace('SimCredentials').keys.adv;
  exports.setADVSignedIdentity = () => {};
});

Sim.define('WAWebUserPrefsInfoStore', (exports, require, importNamespace) => {
  const publicKey = () => importNamespace('SimCredentials').keys.noise.buffer;
  exports.waNoiseInfo = {
    get: async () => ({
      staticKeyPair: { pubKey: publicKey(), privKey: new ArrayBuffer(32) },
    }),
  };
});

Sim.define('WAWebSignalStoreApi', (exports, require, importNamespace) => {
  const publicKey = () => importNamespace('SimCredentials').keys.identity.buffer;
  exports.waSignalStore = {
    getRegistrationInfo: async () => ({
      registrationId: 1,
      identityKeyPair: { pubKey: publicKey(), privKey: new ArrayBuffer(32) },
    }),
  };
});

Sim.define('WAWebAuthUtils', (exports, require, importNamespace) => {
  exports.isLoggedIn = () =>
    !!importNamespace('SimCredentials').me() &&
    require('WAWebSocketModel').Socket.state !== 'PAIRING';
});

Sim.define('WAWebUserPrefsTokens', (exports, require, importNamespace) => {
  exports.isRegistered = () => !!importNamespace('SimCredentials').me();
});

Sim.define('WAWebCompanionRegClientUtils', (exports) => {
  exports.DEVICE_PLATFORM = 1;
});

Sim.defineInert('WAWebAdvSignatureApi', ['verifyDeviceIdentity']);

Sim.define('WAWebUserPrefsGeneral', (exports) => {
  for (const kind of ['Photos', 'Audio', 'Videos', 'Documents']) {
    exports['getAutoDownload' + kind] = () => false;
    exports['setAutoDownload' + kind] = () => {};
  }
  exports.getTheme = () => 'light';
  exports.setTheme = () => {};
});
