package dev.peregrine.listen;

import java.net.InetAddress;

/// The two ends of a client connection; a Unix socket counts as loopback.
///
/// @param inetAddress address of the client
/// @param address its numeric form
/// @param port port of the client; 0 on a Unix socket
/// @param localAddress numeric address that was connected to
/// @param localPort port that was connected to; 0 on a Unix socket
/// @param isSecure whether the connection is encrypted
public record Peer(
    InetAddress inetAddress,
    String address,
    int port,
    String localAddress,
    int localPort,
    boolean isSecure) {}
