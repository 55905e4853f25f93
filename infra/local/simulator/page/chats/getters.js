/* `getX(model)` functions, found by wa-js through the names they export together. */
(() => {
  function defineGetters(id, names) {
    Sim.define(id, (exports) => {
      for (const name of names) {
        const attribute = name[3].toLowerCase() + name.slice(4);
        exports[name] = (model) => model?.attributes?.[attribute];
      }
    });
  }
  defineGetters('WAWebContactGetters', [
    'getName',
    'getShortName',
    'getPushname',
    'getVerifiedName',
    'getVerifiedLevel',
    'getStatusMute',
    'getIsEnterprise',
    'getNotifyName',
    'getPremiumMessageName',
    'getUserid',
    'getIsMe',
    'getIsUser',
    'getIsGroup',
    'getIsBroadcast',
    'getIsNewsletter',
    'getIsPSA',
    'getIsIAS',
    'getIsSupportAccount',
    'getIsWAContact',
    'getCanRequestPhoneNumber',
    'getShowBusinessCheckmarkAsPrimary',
    'getShowBusinessCheckmarkAsSecondary',
    'getShowBusinessCheckmarkInChatlist',
    'getIsDisplayNameApproved',
    'getShouldForceBusinessUpdate',
    'getPhoneNumber',
    'getTextStatusString',
  ]);
  defineGetters('WAWebFrontendContactGetters', [
    'getPnForLid',
    'getPhoneNumber',
    'getTextStatusString',
    'getDisplayName',
    'getUserDisplayNameForLid',
    'getFormattedPhone',
    'getFormattedUsernameOrPhone',
    'getFormattedShortNameWithNonBreakingSpaces',
    'getFormattedShortName',
    'getFormattedName',
    'getFormattedUser',
    'getSearchName',
    'getIsMyContact',
    'getMentionName',
    'getSearchVerifiedName',
    'getHeader',
  ]);
})();

Sim.define('WAWebChatGetters', (exports) => {
  exports.getIsNewsletter = (chat) => chat.id.isNewsletter();
  exports.getIsBroadcast = (chat) => chat.id.isBroadcast();
  exports.getIsGroup = (chat) => chat.id.isGroup();
});
