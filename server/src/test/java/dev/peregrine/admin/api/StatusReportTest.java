package dev.peregrine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatusReportTest {
  @Test
  void plain_sample_isAligned() {
    assertThat(StatusReport.plain(SampleStatus.status()))
        .isEqualTo(
            """
            Peregrine 0.1.0  blog  pid 100  running  up 1h 2m  88 MB
            App        /srv/blog
            Runtime    ruby 3.1.2 (/usr/bin/ruby), production
            Listening  http://127.0.0.1:3000
            Traffic    1200 requests, 3 active, 2xx 1190, 5xx 10, retried 2
            Clients    12 of 10000 connections, 400 accepted
            Pool       failing, 2 of 6 workers (at least 1), queue 4 of 100, restarts 2, next attempt in 2.5s

            Worker    PID  State     Busy  Requests  Memory     Up
            web-1     101  ready      1/2       600   61 MB  1h 1m
            web-10  12345  draining     0         5  2.0 GB   2.0s

            Last failed start: NameError: x\uFFFD[2J
              Error id 7f3a (1970-01-01T00:00:00Z)
              What to do mend it
              | line 1
              | line 2\uFFFD
            ! the log cannot be written
            """);
  }

  @Test
  void coloured_withoutItsColours_isThePlainOne() {
    String coloured = StatusReport.coloured(SampleStatus.status());

    assertThat(coloured.replaceAll("\u001b\\[\\d+m", ""))
        .isEqualTo(StatusReport.plain(SampleStatus.status()));
  }
}
