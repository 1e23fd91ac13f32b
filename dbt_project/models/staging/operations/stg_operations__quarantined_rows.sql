with quarantined_rows as (
    select * from {{ source('operations', 'quarantined_rows') }}
),

renamed as (
    select
        receipt_id,
        file_name,
        column_name,
        reason,
        raw_text,
        line_number
    from quarantined_rows
)

select * from renamed
