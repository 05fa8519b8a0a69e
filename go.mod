module smtpscope

go 1.26.8
