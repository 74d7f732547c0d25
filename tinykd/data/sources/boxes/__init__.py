"""Images with boxes: Pascal VOC, COCO, YOLO, a table, arrays."""
