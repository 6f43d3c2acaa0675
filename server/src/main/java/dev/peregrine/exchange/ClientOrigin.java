package dev.peregrine.exchange;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.TrustedProxies;
import dev.peregrine.listen.Peer;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/// Where a request really comes from: the connection's other end, or what a trusted proxy there
/// says.
///
/// @param address numeric address of the client
/// @param forwardedFor value of `X-Forwarded-For` for the app
/// @param proto `http` or `https`
/// @param host host and port the client asked for
/// @param isForwarded whether a trusted proxy is at the connection's other end
record ClientOrigin(
    String address, String forwardedFor, String proto, String host, boolean isForwarded) {

  static ClientOrigin of(RequestHead head, Peer peer, TrustedProxies trusted) {
    String host = head.host();
    String proto = peer.isSecure() ? "https" : "http";
    if (trusted.blocks().isEmpty() || !trusted.contains(peer.inetAddress())) {
      return new ClientOrigin(peer.address(), peer.address(), proto, host, false);
    }
    FieldSection fields = head.fields();
    String chain = String.join(", ", fields.all("x-forwarded-for"));
    String forwardedProto = fields.first(FieldName.X_FORWARDED_PROTO);
    String forwardedHost = fields.first(FieldName.X_FORWARDED_HOST);
    return new ClientOrigin(
        NetUtil.toAddressString(trusted.client(peer.inetAddress(), fields), true),
        chain.isEmpty() ? peer.address() : chain + ", " + peer.address(),
        proto(forwardedProto, proto),
        forwardedHost == null ? host : forwardedHost,
        true);
  }

  boolean isSecure() {
    return proto.equals("https");
  }

  private static String proto(@Nullable String forwarded, String own) {
    return forwarded != null && (forwarded.equals("http") || forwarded.equals("https"))
        ? forwarded
        : own;
  }
}
