package dev.peregrine.listen;

/// The two ends of a client connection; a Unix socket counts as loopback.
///
/// @param address numeric address of the client
/// @param port port of the client; 0 on a Unix socket
/// @param localAddress numeric address that was connected to
/// @param localPort port that was connected to; 0 on a Unix socket
/// @param isSecure whether the connection is encrypted
public record Peer(
    String address, int port, String localAddress, int localPort, boolean isSecure) {}
