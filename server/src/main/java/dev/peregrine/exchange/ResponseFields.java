package dev.peregrine.exchange;

import dev.peregrine.cache.CachePolicy;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Method;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.listen.FieldLine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

/// Field lines of an app's response as they go on to the client. Pure.
final class ResponseFields {
  private ResponseFields() {}

  /// Appends what concerns the client; framing is left out, except where a length is only told
  /// (HEAD and 304, RFC 9110 §8.6), and so is what is meant for the cache, if there is one. Adds
  /// `X-Request-Id` if there is none. Returns whether there is a `Date`.
  static boolean copy(
      ResponseHead head, ByteBuf out, Method method, String requestId, Services services) {
    FieldSection fields = head.fields();
    boolean isLengthTold = method == Method.HEAD || head.status() == 304;
    boolean hasDate = false;
    boolean hasId = false;
    for (int i = 0; i < fields.size(); i++) {
      FieldName name = fields.known(i);
      boolean isPassed =
          switch (name) {
            case CONTENT_LENGTH -> isLengthTold;
            case STATUS, X_SENDFILE, X_ACCEL_REDIRECT, X_ACCEL_BUFFERING, X_PEREGRINE_APP_ERROR ->
                false;
            case DATE -> {
              hasDate = true;
              yield true;
            }
            case X_REQUEST_ID -> {
              hasId = true;
              yield true;
            }
            default ->
                !head.isConnectionField(i)
                    && (services.turbocache == null || !CachePolicy.isForCacheOnly(name));
          };
      if (isPassed) {
        FieldLine.write(out, fields, i);
      }
    }
    if (!hasId) {
      RequestIds.line(out, requestId);
    }
    if (services.via != null) {
      ByteBufUtil.writeAscii(out, "Via: 1." + head.minorVersion() + " " + services.via + "\r\n");
    }
    return hasDate;
  }

  /// A whole interim head: 1xx relayed as it came, with `Connection` and `Upgrade` for 101.
  static ByteBuf whole(ByteBufAllocator allocator, ResponseHead head) {
    ByteBuf out = allocator.directBuffer(256);
    ByteBufUtil.writeAscii(out, "HTTP/1.1 " + head.status() + " " + head.reason() + "\r\n");
    FieldSection fields = head.fields();
    for (int i = 0; i < fields.size(); i++) {
      FieldName name = fields.known(i);
      boolean isFraming = name == FieldName.CONTENT_LENGTH || name == FieldName.TRANSFER_ENCODING;
      boolean isUpgrade =
          head.status() == 101 && (name == FieldName.CONNECTION || name == FieldName.UPGRADE);
      if (isUpgrade || (!isFraming && !head.isConnectionField(i))) {
        FieldLine.write(out, fields, i);
      }
    }
    return out.writeByte('\r').writeByte('\n');
  }
}
