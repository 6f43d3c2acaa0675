/* Asks for many keys, a fixed number of times, from a seeded generator, on keep-alive connections.

   load PORT CONNECTIONS REQUESTS KEYS SKEW SEED RATE PATH [FIELD...]

   KEYS  0: PATH is asked for as it is; else a key from 0 to KEYS-1 is put behind it
   SKEW  Zipf's exponent; 0: every key as likely; -1: one key after the other
   RATE  requests a second whose latency counts from when they were due; 0: each connection
         asks again as soon as it has been answered
   Content of a known length is taken off the socket without a copy: the server is to be the busier one.
   Prints one line of JSON. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 16384 };

struct connection {
  int fd, is_busy, is_chunked, head_length;
  int64_t asked, body_left;
  char tail[8];
  int tail_length;
  char head[HEAD_MAX];
};

static struct sockaddr_in server;
static struct connection *connections;
static double *zipf;
static uint64_t random_state;
static long keys, requests, sent, answered, failed, not_200;
static uint64_t bytes;
static double skew;
static const char *path;
static char fields[4096];
static uint32_t *micros;
static int epoll;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static double next_random(void) {
  uint64_t x = (random_state += 0x9e3779b97f4a7c15ULL);
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return ((x ^ (x >> 31)) >> 11) * 0x1.0p-53;
}

static long next_key(void) {
  if (skew < 0) return sent % keys;
  double drawn = next_random();
  if (skew == 0) return (long)(drawn * keys);
  long low = 0, high = keys - 1;
  while (low < high) {
    long middle = (low + high) / 2;
    if (zipf[middle] < drawn) low = middle + 1;
    else high = middle;
  }
  return low;
}

static void make_zipf(void) {
  double sum = 0;
  zipf = malloc(sizeof(double) * keys);
  for (long i = 0; i < keys; i++) zipf[i] = sum += pow(i + 1, -skew);
  for (long i = 0; i < keys; i++) zipf[i] /= sum;
}

static void open_connection(struct connection *connection) {
  int on = 1;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (struct sockaddr *)&server, sizeof server)) {
    perror("load: connect");
    exit(1);
  }
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  connection->fd = fd;
  connection->is_busy = 0;
}

static void ask(struct connection *connection, int64_t due) {
  char request[8192];
  int length = keys ? sprintf(request, "GET %s%ld HTTP/1.1\r\nHost: localhost\r\n%s\r\n", path, next_key(), fields)
                    : sprintf(request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", path, fields);
  connection->asked = due;
  connection->is_busy = 1;
  connection->head_length = 0;
  sent++;
  if (send(connection->fd, request, length, MSG_NOSIGNAL) != length) failed++;
}

static void note(struct connection *connection) {
  micros[answered++] = (now() - connection->asked) / 1000;
  connection->is_busy = 0;
}

static void reopen(struct connection *connection) {
  close(connection->fd);
  if (connection->is_busy) {
    failed++;
    note(connection);
  }
  open_connection(connection);
}

/* Whether the content ends with these bytes, which follow those taken before. */
static int take_content(struct connection *connection, const char *data, long length) {
  if (!connection->is_chunked) return (connection->body_left -= length) <= 0;
  for (long i = length > 7 ? length - 7 : 0; i < length; i++) {
    if (connection->tail_length == 7) memmove(connection->tail, connection->tail + 1, --connection->tail_length);
    connection->tail[connection->tail_length++] = data[i];
  }
  return connection->tail_length >= 5 && !memcmp(connection->tail + connection->tail_length - 5, "0\r\n\r\n", 5);
}

/* 1: answered, 0: more to come, 2: answered and closing */
static int take(struct connection *connection, char *data, long length) {
  bytes += length;
  if (connection->head_length < 0) return take_content(connection, data, length);
  if (connection->head_length + length >= HEAD_MAX) length = HEAD_MAX - 1 - connection->head_length;
  memcpy(connection->head + connection->head_length, data, length);
  connection->head_length += length;
  connection->head[connection->head_length] = 0;
  char *end = strstr(connection->head, "\r\n\r\n");
  if (!end) return 0;
  end[2] = 0;
  int status = atoi(connection->head + 9);
  char *content_length = strcasestr(connection->head, "\ncontent-length:");
  connection->is_chunked = !!strcasestr(connection->head, "\ntransfer-encoding: chunked");
  connection->body_left = content_length ? atoll(content_length + 16) : 0;
  connection->tail_length = 0;
  int closes = !!strcasestr(connection->head, "\nconnection: close");
  not_200 += status != 200 && status != 304;
  long taken = end + 4 - connection->head;
  int is_done = status == 304 || take_content(connection, end + 4, connection->head_length - taken);
  connection->head_length = -1;
  return is_done ? 1 + closes : 0;
}

static void receive(struct connection *connection) {
  static char data[HEAD_MAX - 2];
  int discards = connection->head_length < 0 && !connection->is_chunked;
  ssize_t got = discards ? recv(connection->fd, NULL, connection->body_left, MSG_TRUNC)
                         : recv(connection->fd, data, connection->head_length < 0 ? sizeof data : 8192, 0);
  if (got <= 0) {
    reopen(connection);
    return;
  }
  int outcome = take(connection, data, got);
  if (outcome) note(connection);
  if (outcome == 2) reopen(connection);
}

static int by_size(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static double percentile(double share) {
  long at = (long)(answered * share);
  return answered ? micros[at < answered ? at : answered - 1] / 1000.0 : 0;
}

int main(int count, char **words) {
  if (count < 9) {
    fputs("load PORT CONNECTIONS REQUESTS KEYS SKEW SEED RATE PATH [FIELD...]\n", stderr);
    return 2;
  }
  server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(words[1]))};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int width = atoi(words[2]);
  requests = atol(words[3]);
  keys = atol(words[4]);
  skew = atof(words[5]);
  random_state = atoll(words[6]);
  double rate = atof(words[7]);
  path = words[8];
  for (int i = 9; i < count; i++) strcat(strcat(fields, words[i]), "\r\n");
  micros = malloc(sizeof(uint32_t) * (requests + width + 1));
  if (keys && skew > 0) make_zipf();
  epoll = epoll_create1(0);
  connections = calloc(width, sizeof(struct connection));
  for (int i = 0; i < width; i++) open_connection(&connections[i]);
  struct epoll_event *events = malloc(sizeof(struct epoll_event) * width);
  int64_t begun = now();
  while (answered < requests) {
    int64_t due = begun;
    for (int i = 0; i < width && sent < requests; i++) {
      if (connections[i].is_busy) continue;
      if (rate > 0 && (due = begun + (int64_t)(sent / rate * 1e9)) > now()) break;
      ask(&connections[i], rate > 0 ? due : now());
    }
    int ready = epoll_wait(epoll, events, width, rate > 0 ? 1 : 10000);
    if (ready == 0 && rate == 0) {
      failed += sent - answered;
      break;
    }
    for (int i = 0; i < ready; i++) receive(events[i].data.ptr);
  }
  double seconds = (now() - begun) / 1e9;
  qsort(micros, answered, sizeof *micros, by_size);
  printf("{\"requests\": %ld, \"seconds\": %.6f, \"bytes\": %lu, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"p999_ms\": %.3f, "
         "\"max_ms\": %.3f, \"errors\": %ld}\n",
         answered, seconds, (unsigned long)bytes, percentile(0.5), percentile(0.99), percentile(0.999), percentile(1),
         failed + not_200);
  return 0;
}
