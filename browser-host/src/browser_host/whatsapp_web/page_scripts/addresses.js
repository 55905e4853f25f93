/* Chats by phone number and by LID: one person, two ids; most chats are keyed by the LID. */
(() => {
  const withoutDevice = (wid) => `${wid.user}@${wid.server}`;
  const isLid = (wid) => wid.server === 'lid';
  const isUser = (wid) => wid.server === 'c.us' || isLid(wid);
  const asWid = (text) => WPP.whatsapp.WidFactory.createWid(text);

  const phoneOfLid = (wid) => {
    const { lidPnCache, ContactStore } = WPP.whatsapp;
    return lidPnCache?.getPhoneNumber(wid) || ContactStore.get(wid)?.phoneNumber || null;
  };

  /** What the page knows about a user without asking the server. */
  const userAddresses = (wid) => {
    if (isLid(wid)) {
      const phone = phoneOfLid(wid);
      const chat = phone ? withoutDevice(phone) : withoutDevice(wid);
      return { chat, phone: phone?.user ?? null, lid: withoutDevice(wid) };
    }
    const lid = WPP.whatsapp.lidPnCache?.getCurrentLid(wid);
    return { chat: withoutDevice(wid), phone: wid.user, lid: lid ? withoutDevice(lid) : null };
  };

  /** {chat, phone, lid}; `chat` is the phone form where the phone is known. */
  bridge.addresses = (wid) =>
    isUser(wid) ? userAddresses(wid) : { chat: String(wid), phone: null, lid: null };

  /** Every id under which the page may keep the chat: the given one first. */
  bridge.forms = (text) => {
    const wid = asWid(text);
    const { chat, lid } = bridge.addresses(wid);
    return [...new Set([text, chat, lid])].filter(Boolean).map(asWid);
  };

  /** The chat if the page has it; asks nobody. */
  bridge.knownChat = (text) => {
    for (const wid of bridge.forms(text)) {
      const chat = WPP.whatsapp.ChatStore.get(wid);
      if (chat) return chat;
    }
    return null;
  };

  async function phoneOf(wid) {
    const { phone, lid } = userAddresses(wid);
    if (phone) return { exists: true, phone, lid };
    const entry = await WPP.contact.getPnLidEntry(wid).catch(() => null); // not known there either
    const found = entry?.phoneNumber?.id ?? null;
    return { exists: found !== null, phone: found, lid };
  }

  async function lidOf(wid) {
    const found = await WPP.contact.queryExists(wid); // asks the server
    const { phone, lid } = userAddresses(wid);
    const told = found?.lid ? withoutDevice(asWid(String(found.lid))) : null;
    return { exists: Boolean(found), phone, lid: told ?? lid };
  }

  /** A phone's LID or a LID's phone, from the page or from the server. */
  bridge.actions.lookUp = async (text) => {
    if (!bridge.isConnected()) return { connected: false };
    const wid = asWid(text);
    return { connected: true, ...(await (isLid(wid) ? phoneOf(wid) : lidOf(wid))) };
  };

  /** Chats with people and groups; not status updates, channels or broadcast lists. */
  bridge.isConversation = (wid) => isUser(wid) || wid.server === 'g.us';
})();
