package dev.peregrine.listen;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;

/// States of a TCP socket as Linux numbers them (`include/net/tcp_states.h`).
final class TcpStates {
  private static final int CLOSE = 7;

  private TcpStates() {}

  static boolean isClosed(EpollSocketChannel socket) {
    try {
      return socket.tcpInfo().state() == CLOSE;
    } catch (ChannelException _) {
      return true;
    }
  }
}
