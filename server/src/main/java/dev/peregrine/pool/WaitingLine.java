package dev.peregrine.pool;

import org.jspecify.annotations.Nullable;

/// The applicants that wait for a slot: those who lost a worker first, then the others, each in the
/// order in which they came.
///
/// Two linked lists, and each applicant knows its place, so that joining, leaving and serving take
/// constant time, and in each list the first is the one who has waited longest. Guarded by the
/// pool's lock.
final class WaitingLine {
  private final Place retries = new Place();
  private final Place normal = new Place();
  private int size;
  private int counted;

  /// How many wait.
  int size() {
    return size;
  }

  /// How many of those wait who are counted against the limit.
  int counted() {
    return counted;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void join(Applicant applicant, Wish wish, Priority priority, long now) {
    Place head = priority == Priority.RETRY ? retries : normal;
    if (applicant.place != null) {
      throw new IllegalStateException("applicant waits already: " + applicant);
    }
    Place place = new Place(applicant, wish, priority, now);
    applicant.place = place;
    place.insertBefore(head);
    size++;
    if (priority == Priority.NORMAL) {
      counted++;
    }
  }

  /// Whose turn it is.
  @Nullable Place first() {
    Place first = retries.next == retries ? normal.next : retries.next;
    return first == normal ? null : first;
  }

  /// Who has waited longest.
  @Nullable Place oldest() {
    Place retry = retries.next;
    Place other = normal.next;
    if (retry == retries) {
      return other == normal ? null : other;
    }
    return other == normal || retry.since - other.since < 0 ? retry : other;
  }

  boolean leave(Applicant applicant) {
    Place place = applicant.place;
    if (place == null) {
      return false;
    }
    remove(place);
    return true;
  }

  void remove(Place place) {
    place.applicant().place = null;
    place.unlink();
    size--;
    if (place.priority == Priority.NORMAL) {
      counted--;
    }
  }

  /// One applicant's place in the line.
  static final class Place {
    final long since;
    final Wish wish;
    final Priority priority;
    private final @Nullable Applicant applicant;
    private Place next = this;
    private Place previous = this;

    private Place() {
      this.applicant = null;
      this.wish = new Wish(this, false);
      this.priority = Priority.NORMAL;
      this.since = 0;
    }

    private Place(Applicant applicant, Wish wish, Priority priority, long since) {
      this.applicant = applicant;
      this.wish = wish;
      this.priority = priority;
      this.since = since;
    }

    Applicant applicant() {
      if (applicant == null) {
        throw new IllegalStateException("the head of a list is nobody's place");
      }
      return applicant;
    }

    private void insertBefore(Place head) {
      previous = head.previous;
      next = head;
      head.previous.next = this;
      head.previous = this;
    }

    private void unlink() {
      previous.next = next;
      next.previous = previous;
    }
  }
}
