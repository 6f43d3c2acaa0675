/// Peregrine: an application server, container init and packager in one program.
@org.jspecify.annotations.NullMarked
module dev.peregrine {
  requires static transitive org.jspecify;
  requires com.github.benmanes.caffeine;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires info.picocli;
  requires tools.jackson.databind;
  requires org.snakeyaml.engine;
  requires com.aayushatharva.brotli4j;
  requires com.github.luben.zstd_jni;
  requires java.logging;
  requires jdk.net;
  requires jdk.unsupported;
}
