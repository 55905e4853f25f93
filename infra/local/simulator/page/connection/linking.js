/* Linking by pairing code, and asking for a new QR. */
Sim.define('WAWebAltDeviceLinkingApi', (exports, require) => {
  const requestCode = async (phone) => {
    const { code } = await require('SimServer').rpc({ t: 'pairing_code', phone });
    return code;
  };
  exports.setPairingType = () => {};
  exports.initializeAltDeviceLinking = async () => {};
  exports.initializeQRLinking = async () => {};
  exports.genLinkDeviceCodeForPhoneNumber = requestCode;
  exports.startAltLinkingFlow = requestCode;
});

Sim.define('WAWebLaunchSocketUtils', (exports, require) => {
  exports.refreshQR = () => require('WAWebCmd').Cmd.refreshQR();
});

Sim.define('WAWebOfflineHandler', (exports) => {
  exports.OfflineMessageHandler = { getOfflineDeliveryProgress: () => 100 };
});
