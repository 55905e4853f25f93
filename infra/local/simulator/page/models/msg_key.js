/* A message's key: `<fromMe>_<chat>_<id>[_<participant>]`. */
Sim.define('WAWebMsgKey', (exports, require) => {
  const { createWid } = require('WAWebWidFactory');
  // From 2.3000.1042401057 on the site caches the text in `$1` and has no `_serialized`; clients
  // must use toString(). The knob brings the older shape back.
  const textProperty = Sim.settings.minifiedMsgKey ? '$1' : '_serialized';
  const asWid = (value) => (typeof value === 'string' ? createWid(value) : value);

  class MsgKey {
    constructor(parts) {
      if (!parts) throw new Error('MsgKey error: obj is null/undefined');
      this.fromMe = parts.fromMe !== undefined ? parts.fromMe : parts.selfDir === 'out';
      this.remote = asWid(parts.remote || (this.fromMe ? parts.to : parts.from));
      this.id = parts.id;
      if (parts.participant) this.participant = asWid(parts.participant);
      const texts = [this.fromMe, this.remote, this.id];
      if (this.participant) texts.push(this.participant);
      this[textProperty] = texts.map(String).join('_');
    }

    toString() {
      return this[textProperty];
    }

    equals(other) {
      return !!other && other.toString() === this.toString();
    }

    clone() {
      return new MsgKey(this);
    }

    static fromString(text) {
      const [fromMe, remote, id, participant] = String(text).split('_');
      return new MsgKey({ fromMe: fromMe === 'true', remote: createWid(remote), id, participant });
    }

    static async newId() {
      const bytes = [...crypto.getRandomValues(new Uint8Array(9))];
      const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return '3EB0' + hex.toUpperCase();
    }

    static newTag() {
      return MsgKey.newId();
    }
  }
  exports.default = MsgKey;
});
