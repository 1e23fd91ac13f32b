-- Every receipt has as many quarantined rows as it says, and none is without a receipt.
with receipts as (

    select
        receipt_id,
        rows_quarantined
    from {{ ref('stg_operations__load_receipts') }}

),

quarantined as (

    select
        receipt_id,
        count(*) as quarantined_rows
    from {{ ref('stg_operations__quarantined_rows') }}
    group by receipt_id

)

select
    coalesce(receipts.receipt_id, quarantined.receipt_id) as receipt_id,
    receipts.rows_quarantined,
    coalesce(quarantined.quarantined_rows, 0) as found_quarantined_rows
from receipts
full join quarantined on receipts.receipt_id = quarantined.receipt_id
where receipts.rows_quarantined is distinct from coalesce(quarantined.quarantined_rows, 0)
