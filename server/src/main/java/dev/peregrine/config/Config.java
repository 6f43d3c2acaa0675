package dev.peregrine.config;

import dev.peregrine.app.AppConfig;
import dev.peregrine.cache.CacheConfig;
import dev.peregrine.exchange.ExchangeConfig;
import dev.peregrine.listen.ListenConfig;
import dev.peregrine.pool.PoolConfig;

/// Everything that the operator decides, read, checked and immutable.
///
/// @param listen sockets, connections, limits of a head
/// @param exchange buffering, static files, errors
/// @param cache what responses are stored, and for whom
/// @param pool number and life of the workers
/// @param app what is run
/// @param instance name, directory and life of the server itself
/// @param log event lines, access lines, output of the app
public record Config(
    ListenConfig listen,
    ExchangeConfig exchange,
    CacheConfig cache,
    PoolConfig pool,
    AppConfig app,
    InstanceConfig instance,
    LogConfig log) {}
