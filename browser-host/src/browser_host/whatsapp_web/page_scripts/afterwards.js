/* What happens to a message after it was told: reactions, edits, and taking it back. */
(() => {
  const about = (key) => ({ id: key.toString(), chat: bridge.addresses(key.remote).chat });
  const now = () => Math.floor(Date.now() / 1000);

  bridge.on('chat.new_reaction', ({ id, msgId, reactionText, sender, timestamp }) => {
    if (!bridge.isConversation(msgId.remote)) return;
    const reaction = { author: bridge.addresses(sender).chat, text: reactionText ?? '' };
    bridge.emit('reaction', {
      ...about(msgId),
      ...reaction,
      from_me: Boolean(id.fromMe),
      t: timestamp ?? now(),
    });
  });

  bridge.on('chat.msg_edited', ({ msg }) => {
    if (!bridge.isMessage(msg)) return;
    const { body } = bridge.describe(msg);
    bridge.emit('edit', { ...about(msg.id), body, t: msg.latestEditSenderTimestampMs ?? now() });
  });

  // `refId` is the key of the message; `id` that of the order to take it back.
  bridge.on('chat.msg_revoke', ({ refId }) => {
    if (!refId || !bridge.isConversation(refId.remote)) return;
    bridge.emit('revocation', { ...about(refId), t: now() });
  });
})();
