"""Everything around the warehouse file that is neither ingestion nor SQL.

Where it is, who holds it, what a table's content hashes to, how a publication is put in place,
and the few commands with which a person looks at what was published.
"""
