/* LIDs: ids that hide the phone number. Most chats of a migrated account are keyed by one. */
Sim.define('WAWebLidPnCache', (exports, require) => {
  const lidByPhone = new Map();
  const phoneByLid = new Map();
  const asWid = (text) => text && require('WAWebWidFactory').createWid(text);

  exports.lidPnCache = {
    add(phone, lid) {
      lidByPhone.set(phone, lid);
      phoneByLid.set(lid, phone);
    },
    getCurrentLid: (wid) => asWid(lidByPhone.get(String(wid))),
    getPhoneNumber: (wid) => asWid(phoneByLid.get(String(wid))),
  };
});

Sim.define('WAWebApiContact', (exports, require) => {
  const cache = () => require('WAWebLidPnCache').lidPnCache;
  exports.getCurrentLid = (wid) => cache().getCurrentLid(wid);
  exports.getPhoneNumber = (wid) => cache().getPhoneNumber(wid);
  exports.getAlternateUserWid = (wid) =>
    wid.isLid() ? cache().getPhoneNumber(wid) : cache().getCurrentLid(wid);
  exports.shouldHaveAccountLid = () => true;
});

Sim.define('WAWebLid1X1MigrationGating', (exports) => {
  const { lid } = Sim.settings;
  exports.Lid1X1MigrationUtils = {
    isLidMigrated: () => lid,
    isSyncdSessionMigrated: () => lid,
    shouldApplyNonMigratedMessagingRules: () => !lid,
  };
});

Sim.define('WAWebLidMigrationUtils', (exports, require) => {
  const cache = () => require('WAWebLidPnCache').lidPnCache;
  exports.toPn = (wid) => cache().getPhoneNumber(wid) || null;
  exports.toLid = (wid) => cache().getCurrentLid(wid) || null;
});
