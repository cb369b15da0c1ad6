-- Verdicts as their files have them. tx_date and account_id are looked for; state: what they are.
CREATE TEMPORARY TABLE verdict_given (
    file           integer NOT NULL,
    line           bigint  NOT NULL,
    transaction_id text    NOT NULL,
    account_id     text    NOT NULL,
    verdict        text    NOT NULL,
    decided_on     date    NOT NULL,
    tx_date        date,
    state          text
) ON COMMIT DROP;
