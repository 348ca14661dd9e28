"""The encrypted store: events in, domain values out. The only place that knows SQLAlchemy."""
