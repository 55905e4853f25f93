/* Modules whose presence the clients check, and whose work no test needs. */
Sim.defineInert('WAWebNonMessageDataRequestPlaceholderMessageResendUtils', [
  'handlePlaceholderMsgsSeen',
]);
Sim.defineInert('WAWebMsgGetters', ['getIsUnreadType']);
Sim.defineInert('WAWebChatAction', ['handleSingleMsg']);
Sim.defineInert('WAWebCreateChat', ['createChat']);
Sim.defineInert('WAWebCreateChatRecord', ['createChatRecord']);
Sim.defineInert('WAWebUploadMedia', ['uploadMedia']);
Sim.defineInert('WAWebProcessRawSticker', ['processRawSticker']);
Sim.defineInert('WAWebVideoThumbs', ['generateVideoThumbsAndDuration']);

Sim.define('WAWebGetEphemeralFieldsMsgActionsUtils', (exports) => {
  exports.getEphemeralFields = () => ({});
});
Sim.define('WAWebSyncGatingUtils', (exports) => {
  exports.isPlaceholderMessageResendEnabled = () => false;
});
Sim.define('WAWebBackendJobsCommon', (exports) => {
  exports.mediaTypeFromProtobuf = () => null;
});
Sim.define('WAWebE2EProtoUtils', (exports) => {
  exports.typeAttributeFromProtobuf = () => 'text';
});
Sim.define('WAWebAddonReactionTableMode', (exports) => {
  exports.reactionTableMode = { bulkUpsert: async () => {} };
});
Sim.define('WAWebAddonPollVoteTableMode', (exports) => {
  exports.pollVoteTableMode = { bulkUpsert: async () => {} };
});
Sim.define('WAWebQuotedMsgModelUtils', (exports) => {
  exports.getQuotedMsgObj = () => null;
  exports.getQuotedMsgKey = () => null;
});
Sim.define('WAWebMsgReply', (exports) => {
  exports.canReplyMsg = () => true;
});
Sim.define('WAWebChatPinUtils', (exports) => {
  exports.getNumChatsPinned = () => 0;
});
