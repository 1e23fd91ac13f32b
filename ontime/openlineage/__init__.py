"""Send the lineage of loads and builds as OpenLineage events, if an address is configured.

Reference: https://openlineage.io/docs/spec/object-model. Each build is a run, and so is each model
and seed in it, with what it reads, what it writes, and the columns that it computes. So is each
command that loads, each download in it, and each partition that it loads or removes.
Nothing is sent or written unless ONTIME_OPENLINEAGE names a file or an address.
"""
