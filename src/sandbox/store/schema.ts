/** Everything a person or an app could see again lives in these tables; sockets and triggers are the only things that do not. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, channel TEXT NOT NULL, ts TEXT NOT NULL, thread_ts TEXT, ephemeral_to TEXT, body TEXT NOT NULL,
    UNIQUE (channel, ts)
  );
  CREATE INDEX IF NOT EXISTS messages_of_thread ON messages (channel, thread_ts, ts);
  CREATE TABLE IF NOT EXISTS views (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, type TEXT NOT NULL, position INTEGER NOT NULL, body TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS input_state (
    user TEXT NOT NULL, container TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (user, container)
  );
  CREATE TABLE IF NOT EXISTS response_urls (secret TEXT PRIMARY KEY, uses INTEGER NOT NULL, created_ms INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS pending_events (event_id TEXT PRIMARY KEY, attempt INTEGER NOT NULL, due_ms INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS executions (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS tickets (number INTEGER PRIMARY KEY, case_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, alt TEXT NOT NULL, length INTEGER NOT NULL, bytes BLOB, done INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS services (service TEXT PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS rates (id INTEGER PRIMARY KEY, service TEXT NOT NULL, from_ms INTEGER NOT NULL, error_rate REAL NOT NULL);
  CREATE INDEX IF NOT EXISTS rates_of_service ON rates (service, id);
`;

/** What a reset empties; the settings (tokens and the last timestamp) stay, so connected apps stay connected. */
export const RESET = `
  DELETE FROM messages; DELETE FROM views; DELETE FROM input_state; DELETE FROM response_urls; DELETE FROM pending_events;
  DELETE FROM calls; DELETE FROM executions; DELETE FROM tickets; DELETE FROM services; DELETE FROM rates;
  DELETE FROM files;
`
  .split(';')
  .map((statement) => statement.trim())
  .filter((statement) => statement !== '');
