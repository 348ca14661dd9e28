"""How Alembic runs here: on the open, encrypted connection that `desk.store.migrate` hands over.

There is no `alembic.ini` and no address: the key of a vault is never in a file. Migrations are
history; neither they nor this file import the program.
"""

from alembic import context

config = context.config

context.configure(
    connection=config.attributes["connection"],
    target_metadata=config.attributes.get("target_metadata"),
    include_object=config.attributes.get("include_object"),
    render_as_batch=True,
)
context.run_migrations()
