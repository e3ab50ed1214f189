-- Every day of the calendar has a row for every topic.
SELECT c.day_on, count(t.topic) AS topics
FROM trends.calendar AS c
LEFT JOIN trends.daily_topic AS t USING (day_on)
GROUP BY c.day_on
HAVING count(t.topic) <> (SELECT count(*) FROM core.topic_list)
