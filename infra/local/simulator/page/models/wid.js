/* WhatsApp ids: `<user>[:<device>]@<server>`; c.us is a phone number, lid hides one. */
Sim.define('WAWebWid', (exports) => {
  const USER_SERVERS = ['c.us', 'lid', 'bot', 'hosted', 'hosted.lid'];

  class Wid {
    constructor(text) {
      const [userAndDevice, server] = String(text).split('@');
      const [user, device] = userAndDevice.split(':');
      this.server = server;
      this.user = user;
      if (device !== undefined) this.device = Number(device);
      this._serialized = String(text);
    }

    toString() {
      return this._serialized;
    }

    toJSON() {
      return this._serialized;
    }

    toJid() {
      return this._serialized.replace('@c.us', '@s.whatsapp.net');
    }

    equals(other) {
      return !!other && other.toString() === this._serialized;
    }

    isSameAccount(other) {
      return other.user === this.user;
    }

    isUser() {
      return USER_SERVERS.includes(this.server);
    }

    isRegularUser() {
      return this.isUser();
    }

    isRegularUserPn() {
      return this.server === 'c.us';
    }

    isLid() {
      return /lid$/.test(this.server);
    }

    isGroup() {
      return this.server === 'g.us';
    }

    isNewsletter() {
      return this.server === 'newsletter';
    }

    isBroadcast() {
      return this.server === 'broadcast';
    }

    isStatus() {
      return this._serialized === 'status@broadcast';
    }

    isStatusV3() {
      return this.isStatus();
    }

    isBot() {
      return this.server === 'bot';
    }

    isPSA() {
      return this._serialized === '0@c.us';
    }

    isServer() {
      return this._serialized === 'server@c.us';
    }

    isUserNotPSA() {
      return this.isUser() && !this.isPSA();
    }

    isCompanion() {
      return !!this.device;
    }

    isHosted() {
      return false;
    }

    isGroupCall() {
      return false;
    }

    getDeviceId() {
      return this.device || 0;
    }

    static isWid(text) {
      return /@/.test(String(text));
    }

    static isXWid(server, text) {
      return String(text).endsWith('@' + server);
    }

    static isUser(text) {
      return new Wid(text).isUser();
    }

    static isGroup(text) {
      return new Wid(text).isGroup();
    }

    static isLid(text) {
      return new Wid(text).isLid();
    }

    static equals(one, other) {
      return String(one) === String(other);
    }

    static user(text) {
      return String(text).split('@')[0];
    }
  }
  exports.default = Wid;
});

Sim.define('WAWebWidFactory', (exports, require) => {
  const Wid = require('WAWebWid');
  const withoutDevice = (wid) => new Wid(`${wid.user}@${wid.server}`);
  const userWid = (user, server) =>
    new Wid(String(user).includes('@') ? user : `${user}@${server || 'c.us'}`);
  const currentLid = (wid) => require('WAWebLidPnCache').lidPnCache.getCurrentLid(wid);

  exports.createWid = (text) => {
    if (!Wid.isWid(text)) {
      const error = new Error('wid error: invalid wid');
      error.name = 'WidError';
      throw error;
    }
    return new Wid(text);
  };
  exports.createUserWid = exports.createUserWidOrThrow = userWid;
  exports.createWidFromWidLike = (like) => new Wid(like._serialized || like.toString());
  exports.isWidlike = (value) => value instanceof Wid;
  exports.toUserWid = exports.toUserWidOrThrow = exports.asUserWidOrThrow = withoutDevice;
  exports.toUserLid = exports.toUserLidOrThrow = currentLid;
  exports.toChatWid = (wid) => wid;
});
