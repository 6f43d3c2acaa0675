package dev.peregrine.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// One case of what a shared cache must do: what the origin server answers, what a client then
/// asks, and what has to be seen. Calls read as the case is told; a check is about the request
/// before it.
final class CacheRow {
  /// How binding a case is; a choice may go either way, and says which way it goes here.
  enum Kind {
    REQUIRED,
    OPTIMAL,
    CHOICE
  }

  /// A request, what precedes it, and what is checked about it.
  record Step(
      int pauseSeconds, String method, String path, List<String> fields, List<Check> checks) {}

  record Check(String what, Predicate<CacheRun.Seen> holds) {}

  private final Kind kind;
  private final String name;
  private final boolean isExpected;
  private final List<Reply> replies = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private int pause;

  private CacheRow(Kind kind, String name, boolean isExpected) {
    this.kind = kind;
    this.name = name;
    this.isExpected = isExpected;
  }

  static CacheRow required(String name) {
    return new CacheRow(Kind.REQUIRED, name, true);
  }

  static CacheRow optimal(String name) {
    return new CacheRow(Kind.OPTIMAL, name, true);
  }

  /// A choice that was made for what the checks say.
  static CacheRow chosen(String name) {
    return new CacheRow(Kind.CHOICE, name, true);
  }

  /// A choice that was made against what the checks say.
  static CacheRow rejected(String name) {
    return new CacheRow(Kind.CHOICE, name, false);
  }

  Kind kind() {
    return kind;
  }

  String name() {
    return name;
  }

  boolean isExpected() {
    return isExpected;
  }

  List<Reply> replies() {
    return replies;
  }

  List<Step> steps() {
    return steps;
  }

  /// The origin server's next response: 200 with these fields.
  CacheRow origin(String... fields) {
    return reply(Reply.ok(fields));
  }

  CacheRow reply(Reply reply) {
    replies.add(reply);
    return this;
  }

  /// Three seconds before the next request.
  CacheRow pause() {
    pause = 3;
    return this;
  }

  CacheRow get(String... fields) {
    return request("GET", "", fields);
  }

  /// A request for what lies below the path of this case.
  CacheRow request(String method, String path, String... fields) {
    steps.add(new Step(pause, method, path, List.of(fields), new ArrayList<>()));
    pause = 0;
    return this;
  }

  CacheRow check(String what, Predicate<CacheRun.Seen> holds) {
    steps.getLast().checks().add(new Check(what, holds));
    return this;
  }

  /// Answered without the origin server.
  CacheRow fromCache() {
    return check("the origin server is not asked", seen -> seen.asked().isEmpty());
  }

  /// Answered with the content of the origin server's response of this number.
  CacheRow content(int number) {
    return check("the content is that of response " + number, seen -> seen.isContent(number));
  }

  CacheRow cached(int number) {
    return fromCache().content(number);
  }

  /// The origin server sees the request.
  CacheRow asked() {
    return check("the origin server is asked", seen -> !seen.asked().isEmpty());
  }

  /// The origin server sees the request with this field.
  CacheRow askedWith(String field, String value) {
    return check(
        "the origin server is asked with " + field + ": " + value,
        seen ->
            !seen.asked().isEmpty() && Scripts.field(seen.asked().getLast(), field).equals(value));
  }

  CacheRow status(int status) {
    return check("the status is " + status, seen -> seen.answer().status() == status);
  }

  CacheRow field(String field, String value) {
    return check(field + ": " + value, seen -> seen.answer().all(field).contains(value));
  }

  CacheRow has(String field) {
    return check("there is a field " + field, seen -> seen.answer().has(field));
  }

  CacheRow without(String field) {
    return check("there is no field " + field, seen -> !seen.answer().has(field));
  }

  /// Asked twice, 3 s apart, and reused.
  CacheRow reusedLater() {
    return get().pause().get().cached(1);
  }

  CacheRow reusedAtOnce() {
    return get().get().cached(1);
  }

  /// Asked twice, 3 s apart, and not reused.
  CacheRow askedLater() {
    return get().pause().get().asked();
  }

  CacheRow askedAtOnce() {
    return get().get().asked();
  }
}
