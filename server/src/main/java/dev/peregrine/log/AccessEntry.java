package dev.peregrine.log;

import org.jspecify.annotations.Nullable;

/// One answered request as the access log sees it. Strings are as they came over the wire, one
/// character a byte; they are escaped when they are written.
///
/// @param epochMillis when the request's first byte came
/// @param remoteAddress address of the client
/// @param method method as sent
/// @param target request target as sent
/// @param minorVersion 0 or 1, of HTTP/1.x
/// @param host canonical host, `""` if none
/// @param status status code sent
/// @param contentBytes bytes of content sent
/// @param durationNanos time from the first byte of the request to the last of the response
/// @param referer `Referer` field
/// @param userAgent `User-Agent` field
/// @param requestId the request's id
/// @param worker name of the worker that answered
public record AccessEntry(
    long epochMillis,
    String remoteAddress,
    String method,
    String target,
    int minorVersion,
    String host,
    int status,
    long contentBytes,
    long durationNanos,
    @Nullable String referer,
    @Nullable String userAgent,
    String requestId,
    @Nullable String worker) {}
