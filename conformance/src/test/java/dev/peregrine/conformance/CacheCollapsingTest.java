package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Many clients that ask for one key at the same time.
class CacheCollapsingTest {
  private static final String HOUR = "Cache-Control: max-age=3600";

  @AutoClose private static ScriptedServer app = ScriptedServer.raw();

  @Test
  void crowd_atAColdKey_isOneRequest() {
    Path gate = app.gate("cold");
    app.answer("cold", Reply.ok(HOUR).behind(gate));

    List<Answer> answers =
        app.crowd(
            200,
            "cold/",
            () -> {
              Await.until("the app is asked", () -> app.count("cold") > 0);
              ScriptedServer.open(gate);
            });

    assertThat(answers).hasSize(200);
    assertThat(answers).allMatch(answer -> answer.text().equals("response 1 of cold"));
    assertThat(app.count("cold")).isEqualTo(1);
  }

  @Test
  void crowd_whoseResponseMayNotBeStored_isReleasedAndEachHasItsOwn() {
    Path gate = app.gate("private");
    Reply hidden = Reply.ok("Cache-Control: private");
    app.answer("private", Reply.ok("Cache-Control: private").behind(gate), hidden);

    List<Answer> answers =
        app.crowd(
            50,
            "private/",
            () -> {
              Await.until("the app is asked", () -> app.count("private") > 0);
              ScriptedServer.open(gate);
            });

    assertThat(answers).hasSize(50);
    assertThat(answers.stream().map(Answer::text)).doesNotHaveDuplicates();
    assertThat(app.count("private")).isEqualTo(50);
  }

  @Test
  void crowd_atAKeyKnownNotToBeStored_doesNotQueueUp() {
    Path gate = app.gate("known");
    Reply behind = Reply.ok("Cache-Control: private").behind(gate);
    app.answer("known", Reply.ok("Cache-Control: private"), behind);
    app.get("known/");

    List<Answer> answers =
        app.crowd(
            20,
            "known/",
            () -> {
              Await.until("all at the app at once", () -> app.count("known") == 21);
              ScriptedServer.open(gate);
            });

    assertThat(answers.stream().map(Answer::text)).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void firstOfACrowd_goingAway_takesNobodyWithIt() {
    Path gate = app.gate("gone");
    app.answer("gone", Reply.ok(HOUR).behind(gate));
    RawConnection first = app.connect().send(Messages.get("/gone/"));
    Await.until("the app is asked", () -> app.count("gone") == 1);

    List<Answer> answers =
        app.crowd(
            50,
            "gone/",
            () -> {
              first.reset();
              ScriptedServer.open(gate);
            });

    assertThat(answers).hasSize(50).allMatch(answer -> answer.text().endsWith("of gone"));
    assertThat(app.count("gone")).isLessThanOrEqualTo(2);
  }

  @Test
  void tripOfACrowd_dropped_isMadeOnceMore() {
    Path gate = app.gate("dropped");
    app.answer("dropped", Reply.dropped().behind(gate), Reply.ok(HOUR));

    List<Answer> answers =
        app.crowd(
            200,
            "dropped/",
            () -> {
              Await.until("the app is asked", () -> app.count("dropped") > 0);
              ScriptedServer.open(gate);
            });

    assertThat(answers).hasSize(200);
    assertThat(answers.stream().filter(answer -> answer.status() == 200).count())
        .as("served although the trip failed")
        .isGreaterThan(100);
    assertThat(app.count("dropped")).isLessThanOrEqualTo(4);
  }

  @Test
  void tripOfACrowd_cutOffMidway_isSeenToBeIncompleteAndNotStored() {
    Path gate = app.gate("midway");
    app.answer(
        "midway",
        Reply.ok(HOUR).content("0123456789").cutOff().behind(gate),
        Reply.ok(HOUR).content("whole"));

    List<Answer> answers =
        app.crowd(
            20,
            "midway/",
            () -> {
              Await.until("the app is asked", () -> app.count("midway") > 0);
              ScriptedServer.open(gate);
            });

    assertThat(answers).noneMatch(answer -> answer.text().startsWith("0"));
    assertThat(app.get("midway/").text()).isEqualTo("whole");
  }

  @Test
  void crowd_whileTheResponseComes_getsItAsItComes() {
    Path gate = app.gate("streamed");
    app.answer("streamed", Reply.ok(HOUR).content("one,two").begunBehind(gate, 4));
    List<RawConnection> clients = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      clients.add(app.connect().send(Messages.get("/streamed/")));
    }
    List<Answer> heads = new ArrayList<>();
    for (RawConnection client : clients) {
      heads.add(client.head());
      assertThat(new String(client.bytes(4), StandardCharsets.US_ASCII)).isEqualTo("one,");
    }
    ScriptedServer.open(gate);
    for (RawConnection client : clients) {
      assertThat(new String(client.bytes(3), StandardCharsets.US_ASCII)).isEqualTo("two");
      client.close();
    }

    assertThat(heads).allMatch(head -> head.field("Content-Length").equals("7"));
    assertThat(app.get("streamed/").text()).isEqualTo("one,two");
    assertThat(app.count("streamed")).isEqualTo(1);
  }

  @Test
  void eventStreams_ofOneUrl_areOfEachItsOwn() {
    Path gate = app.gate("events");
    String type = "Content-Type: text/event-stream";
    app.answer(
        "events",
        Reply.ok(type, "Cache-Control: no-cache")
            .content("data: 1\n\ndata: 2\n\n")
            .begunBehind(gate, 9));
    try (RawConnection one = app.connect().send(Messages.get("/events/"));
        RawConnection two = app.connect().send(Messages.get("/events/"))) {
      for (RawConnection client : List.of(one, two)) {
        client.head();
        assertThat(new String(client.bytes(9), StandardCharsets.US_ASCII)).isEqualTo("data: 1\n\n");
      }
      assertThat(app.count("events")).isEqualTo(2);
      ScriptedServer.open(gate);
      for (RawConnection client : List.of(one, two)) {
        assertThat(new String(client.bytes(9), StandardCharsets.US_ASCII)).isEqualTo("data: 2\n\n");
      }
    }
  }

  @Test
  void crowd_atAResponseTooLargeToBeStored_getsAllOfIt() {
    app.answer("huge", Reply.ok(HOUR).content("h".repeat(3_000_000)));

    assertThat(app.crowd(20, "huge/"))
        .hasSize(20)
        .allMatch(answer -> answer.content().length == 3_000_000);
  }

  @Test
  void slowReaderOfACrowd_holdsUpNobody() {
    app.answer("slow", Reply.ok(HOUR).content("s".repeat(900_000)));
    List<RawConnection> slow = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      slow.add(RawConnection.toWithSmallWindow(app.server().port()).send(Messages.get("/slow/")));
    }

    List<Answer> answers = app.crowd(20, "slow/");

    assertThat(answers).hasSize(20).allMatch(answer -> answer.content().length == 900_000);
    assertThat(app.count("slow")).isEqualTo(1);
    assertThat(ScriptedServer.answers(slow))
        .hasSize(10)
        .allMatch(answer -> answer.content().length == 900_000);
  }

  @Test
  void crowd_ofDifferentVariants_getsEachItsOwn() {
    Path gate = app.gate("variants");
    app.answer("variants", Reply.ok(HOUR, "Vary: Foo").behind(gate), Reply.ok(HOUR, "Vary: Foo"));
    List<RawConnection> connections = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      connections.add(app.connect().send(Messages.get("/variants/", "Foo: " + i % 3)));
    }
    Await.until("the app is asked", () -> app.count("variants") > 0);
    ScriptedServer.open(gate);
    List<Answer> answers = ScriptedServer.answers(connections);

    assertThat(answers).hasSize(30);
    Map<String, Integer> variantOfText = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      Integer other = variantOfText.putIfAbsent(answers.get(i).text(), i % 3);
      assertThat(other).as("variant of " + answers.get(i).text()).isIn(null, i % 3);
    }
    assertThat(app.count("variants")).isLessThanOrEqualTo(31);
  }

  @Test
  void refresh_inTheBackground_isOneForAll() {
    Path gate = app.gate("refresh");
    String brief = "Cache-Control: max-age=1, stale-while-revalidate=3600";
    app.answer("refresh", Reply.ok(brief), Reply.ok(HOUR).behind(gate));
    app.get("refresh/");
    Await.until(
        "it is stale and refreshed",
        () -> {
          assertThat(app.get("refresh/").text()).isEqualTo("response 1 of refresh");
          return app.count("refresh") == 2;
        });

    assertThat(app.crowd(50, "refresh/"))
        .hasSize(50)
        .allMatch(answer -> answer.text().equals("response 1 of refresh"));
    assertThat(app.count("refresh")).isEqualTo(2);
    ScriptedServer.open(gate);
    Await.until("the new one", () -> app.get("refresh/").text().startsWith("response 2"));
    assertThat(app.count("refresh")).isEqualTo(2);
  }

  @Test
  void refresh_thatFails_isTriedAgainAndTheOldOneServes() {
    String brief = "Cache-Control: max-age=1, stale-while-revalidate=3600";
    app.answer("failing", Reply.ok(brief), Reply.of(503), Reply.of(503), Reply.ok(HOUR));
    app.get("failing/");

    Await.until(
        "refreshed in the end",
        () -> {
          Answer answer = app.get("failing/");
          assertThat(answer.status()).isEqualTo(200);
          return answer.text().startsWith("response 4");
        });
  }

  @Test
  void crowd_thatGivesUp_leavesNothingBehind() {
    Path gate = app.gate("leaving");
    app.answer("leaving", Reply.ok(HOUR).behind(gate));
    List<RawConnection> connections = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      connections.add(app.connect().send(Messages.get("/leaving/")));
    }
    Await.until("all wait", () -> app.server().status().at("/requests/active").asInt() == 50);
    connections.forEach(CacheCollapsingTest::reset);
    ScriptedServer.open(gate);

    assertThat(app.get("leaving/").text()).endsWith("of leaving");
    assertThat(app.count("leaving")).isLessThanOrEqualTo(2);
  }

  private static void reset(RawConnection connection) {
    try {
      connection.reset();
    } catch (UncheckedIOException e) {
      // It had ended by itself.
    }
  }
}
