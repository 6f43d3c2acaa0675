package dev.peregrine.exchange;

import dev.peregrine.http.RequestHead;
import dev.peregrine.listen.Peer;
import io.netty.channel.EventLoop;

/// A request as it goes to a worker, without its content.
///
/// @param head what is asked
/// @param peer who asks
/// @param loop the event loop on which the answer is wanted
/// @param id the request's id, for the app and the log
/// @param startMicros when the request began, in microseconds since 1970
record Outgoing(RequestHead head, Peer peer, EventLoop loop, String id, long startMicros) {}
