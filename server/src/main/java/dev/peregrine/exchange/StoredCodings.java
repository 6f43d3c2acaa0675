package dev.peregrine.exchange;

import dev.peregrine.cache.CodedContent;
import dev.peregrine.cache.ContentWriter;
import dev.peregrine.cache.ResponseStore;
import dev.peregrine.cache.StoredContent;
import dev.peregrine.cache.StoredHead;
import dev.peregrine.cache.StoredResponse;
import dev.peregrine.http.AcceptEncoding;
import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.FieldName;
import dev.peregrine.http.RequestHead;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// The codings of stored responses: picks the one that answers a request, and has those made that
/// would have been picked, one after the other in the background. Called on all event loops.
final class StoredCodings {
  private static final int MAX_WAITING = 64;

  /// Which use of a response shows that coding it pays.
  private static final int PAYING_HIT = 2;

  private final Services services;
  private final ResponseStore store;
  private final Queue<Job> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicBoolean isWorking = new AtomicBoolean();

  StoredCodings(Services services, ResponseStore store) {
    this.services = services;
    this.store = store;
  }

  /// What of a stored response answers a request.
  ///
  /// @param head that goes with the content
  /// @param content to be held before it is read
  record Picked(StoredHead head, StoredContent content) {}

  private record Job(StoredResponse response, ContentCoding coding) {}

  /// Picks the coding that the client likes best of those that are there.
  Picked pick(RequestHead request, StoredResponse response) {
    StoredHead head = response.head();
    if (!isNegotiated(head, response.content().length())) {
      return new Picked(head, response.content());
    }
    StoredHead held = ResponseCoding.held(request, head);
    if (held != head) {
      return new Picked(held, response.content());
    }
    if (!request.fields().contains(FieldName.ACCEPT_ENCODING)) {
      return new Picked(head.under(ContentCoding.IDENTITY), response.content());
    }
    AcceptEncoding accepted = AcceptEncoding.of(request.fields());
    ContentCoding best = accepted.best(services.encoders.forStorage());
    if (best == ContentCoding.IDENTITY) {
      return new Picked(head.under(best), response.content());
    }
    CodedContent coded = response.coded(best);
    if (coded != null) {
      return new Picked(head.under(best), coded.content());
    }
    if (response.hits() >= PAYING_HIT - 1
        && response.claim(best)
        && !isTakenOn(new Job(response, best))) {
      response.disclaim(best);
    }
    return another(accepted, response);
  }

  /// Picks the head for content that is there in no other coding.
  StoredHead plain(RequestHead request, StoredHead head, int length) {
    if (!isNegotiated(head, length)) {
      return head;
    }
    StoredHead held = ResponseCoding.held(request, head);
    return held == head ? head.under(ContentCoding.IDENTITY) : held;
  }

  private boolean isNegotiated(StoredHead head, int length) {
    CompressionConfig config = services.config.compression();
    return config.isEnabled()
        && !PageHead.isOfFragments(services, head)
        && head.isCodable()
        && length >= config.minBytes();
  }

  private Picked another(AcceptEncoding accepted, StoredResponse response) {
    for (ContentCoding coding : services.encoders.forStorage()) {
      CodedContent coded = response.coded(coding);
      if (coded != null && accepted.accepts(coding)) {
        return new Picked(response.head().under(coding), coded.content());
      }
    }
    return new Picked(response.head().under(ContentCoding.IDENTITY), response.content());
  }

  /// Has the job done, unless too many wait already.
  private boolean isTakenOn(Job job) {
    if (!waiting.offer(job)) {
      return false;
    }
    if (isWorking.compareAndSet(false, true)) {
      services.executor.execute(this::work);
    }
    return true;
  }

  private void work() {
    Job job = waiting.poll();
    while (job != null) {
      try {
        code(job);
      } catch (RuntimeException | OutOfMemoryError e) {
        services.log.error("compression.failed", "coding", job.coding().lowerCase(), "error", e);
      }
      job = waiting.poll();
    }
    isWorking.set(false);
    if (!waiting.isEmpty() && isWorking.compareAndSet(false, true)) {
      work();
    }
  }

  private void code(Job job) {
    StoredContent plain = job.response().content();
    if (!plain.tryRetain()) {
      return;
    }
    ContentWriter writer = store.writer();
    try {
      boolean isSmaller =
          Encoders.compress(
              plain.buffer(), job.coding(), services.connector.allocator(), writer::write);
      StoredContent coded = isSmaller ? writer.finish() : null;
      if (coded != null) {
        store.add(job.response(), new CodedContent(job.coding(), coded));
      }
    } finally {
      writer.discard();
      plain.release();
    }
  }
}
